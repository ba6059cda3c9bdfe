import type { Actor } from '@jishi/access';
import { creditCodeFrom } from '@jishi/identifiers';
import { asActor, type TestService } from '@jishi/testing';
import { beginAgain, codes, idAt, people } from './river-town';

/** Three quarters of one community, one of another. */
export const quarters = { east: idAt(901), west: idAt(902), south: idAt(903), garden: idAt(904) } as const;
export type QuarterName = keyof typeof quarters;

export const officers = {
  ...people,
  /** 另一社区 */
  gardenCommunity: asActor('garden', { role: 'VC', area: codes.garden }),
  /** 市住建局 */
  cityHousing: asActor('city-housing', { role: 'HO', area: '4108' }),
  /** 另一县住建局 */
  otherHousing: asActor('other-housing', { role: 'HO', area: codes.otherCounty }),
} as const;

/** A credit code of a firm that nobody has. */
export const firm = (number: number): string =>
  creditCodeFrom('9', '1', '410811', `MA9K${String(number).padStart(4, '0')}`);

/** The quarters alone, recorded at the beginning of 2024 and never managed. */
export async function beginWithQuarters(service: TestService): Promise<void> {
  await beginAgain(service);
  await service.database.pool.query('TRUNCATE property_provider, known_entity CASCADE');
  const rows = [
    [quarters.east, '东苑', codes.riverside],
    [quarters.west, '西苑', codes.riverside],
    [quarters.south, '南苑', codes.riverside],
    [quarters.garden, '花园里', codes.garden],
  ];
  for (const row of rows)
    await service.database.pool.query(
      `WITH written AS (
         INSERT INTO quarter (id, name, area_code, kind, households, valid_from) VALUES ($1, $2, $3, 'COMMERCIAL', 300, '2024-01-01')
         RETURNING id, area_code, valid_from)
       INSERT INTO quarter_place (quarter_id, area_code, valid_from) SELECT id, area_code, valid_from FROM written`,
      row,
    );
}

const providerFields = 'id version state';
const step = (name: string, input: string): string =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { provider { ${providerFields} } warnings { code message } } }`;

export const operations = {
  apply: step('applyPropertyProvider', 'ApplyPropertyProviderInput'),
  admit: step('admitPropertyProvider', 'AdmitPropertyProviderInput'),
  score: step('scorePropertyProvider', 'ScorePropertyProviderInput'),
  evaluate: step('closePropertyEvaluation', 'ClosePropertyEvaluationInput'),
  warn: step('warnPropertyProvider', 'ProviderDocumentInput'),
  correct: step('beginProviderCorrection', 'BeginProviderCorrectionInput'),
  confirm: step('confirmProviderCorrection', 'ProviderDocumentInput'),
  beginExit: step('beginProviderExit', 'BeginProviderExitInput'),
  completeExit: step('completeProviderExit', 'CompleteProviderExitInput'),
  mode: `mutation ($input: SetPropertyModeInput!) { setPropertyMode(input: $input) { quarter { id version } } }`,
  contract: `mutation ($input: RecordPropertyContractInput!) { recordPropertyContract(input: $input) { contract { id } } }`,
  handOver: `mutation ($input: RecordPropertyHandoverInput!) { recordPropertyHandover(input: $input) { quarter { id } } }`,
} as const;
export type Operation = keyof typeof operations;

export interface Company {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/** A county's office at work: each function is one thing that somebody does through the graph. */
export const office = (service: TestService) => {
  const verdict = (actor: Actor, operation: Operation, input: object) =>
    service.verdict(actor, operations[operation], { input });
  const take = async (operation: Operation, input: object, actor: Actor = officers.housing) => {
    const data = await service.data<Record<string, { provider: Company; warnings: { code: string }[] }>>(
      actor,
      operations[operation],
      { input },
    );
    return Object.values(data)[0]!;
  };
  const seen = async (id: string): Promise<Company> =>
    (
      await service.data<{ propertyProvider: Company }>(
        officers.housing,
        `query ($id: ID!) { propertyProvider(id: $id) { ${providerFields} } }`,
        { id },
      )
    ).propertyProvider;
  const versionOf = async (quarterId: string): Promise<number> =>
    (await service.database.pool.query<{ version: number }>('SELECT version FROM quarter WHERE id = $1', [quarterId]))
      .rows[0]!.version;
  const admitted = async (number: number): Promise<Company> => {
    const { provider } = await take('apply', { uscc: firm(number), areaCode: codes.county });
    const { id, version } = provider;
    return (await take('admit', { id, version, admissionNo: `物准${number}`, conditions: ['有专职项目经理'] }))
      .provider;
  };
  const contract = async (quarterId: string, providerId: string, startsOn: string, endsOn: string): Promise<string> =>
    (
      await service.data<{ recordPropertyContract: { contract: { id: string } } }>(
        officers.housing,
        operations.contract,
        { input: { quarterId, providerId, startsOn, endsOn, fee: '1.20', document: '合同1号' } },
      )
    ).recordPropertyContract.contract.id;
  const mode = async (quarterId: string, input: object): Promise<void> => {
    await service.data(officers.housing, operations.mode, {
      input: { quarterId, version: await versionOf(quarterId), ...input },
    });
  };
  /** A company that manages these quarters from the beginning of 2025, with contracts until the end of 2027. */
  const serving = async (number: number, ...managed: readonly string[]): Promise<Company> => {
    const { id } = await admitted(number);
    for (const quarterId of managed) {
      const contractId = await contract(quarterId, id, '2025-01-01', '2027-12-31');
      await mode(quarterId, { mode: 'COMPANY', from: '2025-01-01', providerId: id, contractId });
    }
    return seen(id);
  };
  /** The same company, warned, told to correct, and on its way out. */
  const leaving = async (number: number, ...managed: readonly string[]): Promise<Company> => {
    const warned = (await take('warn', { ...versioned(await serving(number, ...managed)), document: '投诉核查1号' }))
      .provider;
    const correcting = (await take('correct', { ...versioned(warned), plan: '更换电梯', dueOn: '2026-06-30' }))
      .provider;
    return (await take('beginExit', { ...versioned(correcting), reason: '整改无效' })).provider;
  };
  const handOver = (quarterId: string, more: object = {}) =>
    service.data(officers.housing, operations.handOver, {
      input: { quarterId, on: '2026-06-10', keys: true, accounts: true, document: '交接单', ...more },
    });
  /** Scores of one year: the community, its owners, the housing office. */
  const scored = async (
    providerId: string,
    year: number,
    [community, owners, housing]: readonly [number, number, number],
    areaCode: string = codes.riverside,
  ) => {
    const about = { providerId, year, basis: '年度考核' };
    await take('score', { ...about, part: 'COMMUNITY', areaCode, score: community });
    await take('score', { ...about, part: 'OWNERS', areaCode, score: owners });
    await take('score', { ...about, part: 'HOUSING', score: housing });
  };
  return { scored, verdict, take, seen, versionOf, admitted, contract, mode, serving, leaving, handOver };
};

export const versioned = ({ id, version }: Company) => ({ id, version });
