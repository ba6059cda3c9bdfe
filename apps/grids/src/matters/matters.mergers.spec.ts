import { areaChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { busyStreet, codes, people } from '../../seeds/busy-street';
import { matterSteps } from '../../seeds/matter-steps';
import { grids } from '../service';

let service: TestService;
let steps: ReturnType<typeof matterSteps>;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
  steps = matterSteps(service);
}, 120_000);
afterAll(() => service.close());

const at = (text: string): void => service.at(new Date(`${text.replace(' ', 'T')}:00+08:00`));

// In a file of its own: the community of the street ends with it.
it('GRD-09 what was reported, accepted and late last year stays a figure of the old community and of its street', async () => {
  const figuresOf = async (areaCode: string, year: number) =>
    (
      await service.data<{ matterFigures: object }>(
        people.street,
        `query ($a: AreaCode!, $from: Date!, $to: Date!) { matterFigures(areaCode: $a, from: $from, to: $to) {
           reported accepted closed loop { numerator denominator } onTime { numerator denominator } } }`,
        { a: areaCode, from: `${year}-01-01`, to: `${year}-12-31` },
      )
    ).matterFigures;
  const places = [codes.riverside, codes.united, codes.street, codes.garden];
  const all = (year: number) => Promise.all(places.map((code) => figuresOf(code, year)));
  at('2025-12-22 09:00');
  const running = await steps.finished();
  await steps.accepted();
  await steps.reported();
  service.on('2026-06-15');
  const [lastYear, street] = [await all(2025), await figuresOf(codes.street, 2026)];
  expect(lastYear[0]).toMatchObject({ reported: 3, accepted: 2 });
  expect(lastYear[0]).toEqual(lastYear[2]);
  service.on('2026-06-16');
  const merged = areaChanged({
    code: codes.riverside,
    name: '滨河社区',
    level: 'GRASSROOTS',
    parentCode: codes.street,
    kind: 'COMMUNITY',
    validFrom: '2020-01-01',
    validTo: '2026-06-16',
    replacedBy: [codes.united],
  });
  await service.receive(merged);
  await service.receive(merged);
  expect(await all(2025)).toEqual(lastYear);
  expect(await figuresOf(codes.street, 2026)).toEqual(street);
  await steps.as(people.street, 'void', { id: running.id, version: running.version + 1 });
  expect(await figuresOf(codes.riverside, 2025)).toMatchObject({ reported: 2, accepted: 1 });
  expect(await figuresOf(codes.united, 2025)).toMatchObject({ reported: 0, accepted: 0 });
});
