import { accessTable, testService, type TestService } from '@jishi/testing';
import { beginWithQuarters, firm, office, officers, quarters, versioned, type Operation } from '../../seeds/property';
import { codes, riverTown } from '../../seeds/river-town';
import { grids } from '../service';

let service: TestService;
let at: ReturnType<typeof office>;
beforeAll(async () => {
  service = await testService(grids, riverTown);
  at = office(service);
}, 120_000);
afterAll(() => service.close());

const { east } = quarters;

const deciding: Record<string, readonly [(typeof officers)[keyof typeof officers], string]> = {
  housing: [officers.housing, 'allowed'],
  cityHousing: [officers.cityHousing, 'allowed'],
  otherHousing: [officers.otherHousing, 'NOT_ALLOWED'],
  community: [officers.community, 'NOT_ALLOWED'],
  street: [officers.street, 'NOT_ALLOWED'],
  office: [officers.office, 'NOT_ALLOWED'],
  worker: [officers.worker, 'NOT_ALLOWED'],
  auditor: [officers.auditor, 'NOT_ALLOWED'],
  nobody: [officers.nobody, 'NOT_ALLOWED'],
};
const fresh = async () => {
  await beginWithQuarters(service);
  return at.serving(1, east);
};
const afterWarning = async () => (await at.take('warn', { ...versioned(await fresh()), document: '文' })).provider;
const inCorrection = async () =>
  (await at.take('correct', { ...versioned(await afterWarning()), plan: '整改', dueOn: '2026-06-30' })).provider;
const tables: readonly [Operation, () => Promise<object>][] = [
  ['apply', async () => (await beginWithQuarters(service), { uscc: firm(5), areaCode: codes.county })],
  [
    'admit',
    async () => {
      await beginWithQuarters(service);
      const { provider } = await at.take('apply', { uscc: firm(5), areaCode: codes.county });
      return { ...versioned(provider), admissionNo: '1', conditions: ['有项目经理'] };
    },
  ],
  ['warn', async () => ({ ...versioned(await fresh()), document: '文' })],
  ['correct', async () => ({ ...versioned(await afterWarning()), plan: '整改', dueOn: '2026-06-30' })],
  ['confirm', async () => ({ ...versioned(await inCorrection()), document: '文' })],
  ['beginExit', async () => ({ ...versioned(await inCorrection()), reason: '整改无效' })],
  [
    'evaluate',
    async () => {
      const { id } = await fresh();
      await at.scored(id, 2025, [80, 80, 80]);
      return { providerId: id, year: 2025 };
    },
  ],
];
for (const [operation, prepare] of tables)
  accessTable(`GRD-26 who may ${operation}`, prepare, (actor, input) => at.verdict(actor, operation, input), deciding);
accessTable(
  'GRD-26 who may score for the community',
  async () => ({
    providerId: (await fresh()).id,
    year: 2025,
    part: 'COMMUNITY',
    areaCode: codes.riverside,
    score: 80,
    basis: '考核',
  }),
  (actor, input) => at.verdict(actor, 'score', input),
  {
    community: [officers.community, 'allowed'],
    street: [officers.street, 'allowed'],
    housing: [officers.housing, 'allowed'],
    gardenCommunity: [officers.gardenCommunity, 'NOT_ALLOWED'],
    otherHousing: [officers.otherHousing, 'NOT_ALLOWED'],
    office: [officers.office, 'NOT_ALLOWED'],
    nobody: [officers.nobody, 'NOT_ALLOWED'],
  },
);
accessTable(
  'GRD-26 who may score for the housing office',
  async () => ({ providerId: (await fresh()).id, year: 2025, part: 'HOUSING', score: 80, basis: '考核' }),
  (actor, input) => at.verdict(actor, 'score', input),
  {
    housing: [officers.housing, 'allowed'],
    community: [officers.community, 'NOT_ALLOWED'],
    street: [officers.street, 'NOT_ALLOWED'],
    otherHousing: [officers.otherHousing, 'NOT_ALLOWED'],
  },
);
