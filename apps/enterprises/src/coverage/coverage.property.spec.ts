import { addDays, type CivilDate } from '@jishi/periods';
import { testService, type TestService } from '@jishi/testing';
import fc from 'fast-check';
import { dissolved, established } from '../../seeds/told';
import { actors, areas, firm, twoTowns } from '../../seeds/two-towns';
import type { Operating } from '../entities';
import { judgeByTheClock } from '../party-states/party-states.daily';
import { enterprises } from '../service';

let service: TestService;
let no = 0;
let villages = 0;
beforeAll(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
afterAll(() => service.close());

const begin = '2026-01-01' as CivilDate;
const day = fc.nat(120);
const world = fc.record({
  firms: fc.array(
    fc.record({
      operating: fc.constantFrom<Operating>('OPEN', 'OPEN', 'OPEN', 'IDLE', 'SHELL'),
      employees: fc.constantFrom(0, 99, 100, 500),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  organisations: fc.array(
    fc.record({
      hosts: fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }),
      way: fc.constantFrom('SINGLE' as const, 'TRADE' as const, 'TEMPORARY' as const),
      from: day,
      for: fc.option(fc.nat(60)),
      /** Told anew, as a bus may. */
      again: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  scope: fc.constantFrom('OPERATING', 'REGISTERED', 'STAFF_MINIMUM'),
  on: fc.nat(165),
  order: fc.infiniteStream(fc.nat()),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

/** What a clerk would count by hand. */
function countedByHand({ firms, organisations, scope, on }: World): [covered: number, own: number, inScope: number] {
  const inScope = firms.map(
    ({ operating, employees }) =>
      scope === 'REGISTERED' || (operating === 'OPEN' && (scope === 'OPERATING' || employees >= 100)),
  );
  const standing = organisations.filter(
    ({ way, from, for: days }) => way !== 'TEMPORARY' && from <= on && (days === null || from + days > on),
  );
  const hostsOf = ({ hosts }: World['organisations'][number]) => [...new Set(hosts.map((host) => host % firms.length))];
  const count = (among: typeof standing) => {
    const covered = new Set(among.flatMap(hostsOf));
    return inScope.filter((yes, index) => yes && covered.has(index)).length;
  };
  const own = standing.filter((one) => one.way === 'SINGLE' && hostsOf(one).length === 1);
  return [count(standing), count(own), inScope.filter(Boolean).length];
}

async function build({ firms, organisations, order }: World): Promise<string> {
  villages += 1;
  const village = `${areas.east}${String(400 + villages)}`;
  const ids: string[] = [];
  for (const { operating, employees } of firms) {
    no += 1;
    const id = `00000000-0000-7000-8000-${String(20_000 + no).padStart(12, '0')}`;
    ids.push(id);
    await service.asSystem((tx) =>
      firm(tx, id, 20_000 + no, `随机公司${no}`, { areaCode: village, operating, employees }),
    );
  }
  await judgeByTheClock({ today: service.today, transact: service.asSystem });
  const told = organisations.map(({ hosts, way, from, for: days, again }) => {
    no += 1;
    const covered = [...new Set(hosts.map((host) => ids[host % ids.length]!))];
    const joint = covered.length > 1 && way === 'SINGLE' ? 'JOINT' : way;
    const events = [
      established(no, covered, addDays(begin, from), { setUpWay: joint }),
      ...(days === null ? [] : [dissolved(no, covered[0]!, addDays(begin, from + days))]),
    ];
    return again ? [...events, ...events] : events;
  });
  // Events of different organisations come in any order; those of one keep theirs.
  const choices = order[Symbol.iterator]();
  for (
    let left = told.filter(({ length }) => length > 0);
    left.length > 0;
    left = left.filter(({ length }) => length > 0)
  )
    await service.receive(left[choices.next().value! % left.length]!.shift()!);
  return village;
}

describe('ENT-07 coverage of random worlds', () => {
  it('ENT-07 is what a clerk counts by hand, on any day, by any scope, in whatever order the events came', async () => {
    service.on('2026-06-15');
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const village = await build(given);
        const asked = {
          area: village,
          asOf: given.on === 165 ? null : addDays(begin, given.on),
          scope: given.scope,
        };
        const { coverage } = await service.data<{
          coverage: {
            covered: { numerator: number; denominator: number; value: number | null };
            own: { numerator: number };
            numerator: { totalCount: number; nodes: { reason: string }[] };
            uncovered: { totalCount: number };
            outside: { totalCount: number };
          };
        }>(
          actors.countyOrg,
          `query($area: AreaCode!, $asOf: Date, $scope: String) {
             coverage(areaCode: $area, registrar: MR, asOf: $asOf, scopeRule: $scope) {
               covered { numerator denominator value } own { numerator }
               numerator: entities(part: NUMERATOR) { totalCount nodes { reason } }
               uncovered: entities(part: UNCOVERED) { totalCount } outside: entities(part: OUTSIDE) { totalCount } } }`,
          asked,
        );
        const { covered, own, numerator, uncovered, outside } = coverage;
        expect([covered.numerator, own.numerator, covered.denominator]).toEqual(countedByHand(given));
        expect(covered.numerator).toBeLessThanOrEqual(covered.denominator);
        expect([numerator.totalCount, numerator.totalCount + uncovered.totalCount]).toEqual([
          covered.numerator,
          covered.denominator,
        ]);
        expect(numerator.totalCount + uncovered.totalCount + outside.totalCount).toBe(given.firms.length);
        expect(numerator.nodes.filter(({ reason }) => reason === 'OWN_ORGANISATION')).toHaveLength(own.numerator);
      }),
      { numRuns: 20 },
    );
  }, 90_000);
});
