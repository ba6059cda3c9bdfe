import { testService, type TestService } from '@jishi/testing';
import { busyStreet, people, quietAgain, units } from '../../seeds/busy-street';
import { matterSteps, rubbish } from '../../seeds/matter-steps';
import { grids } from '../service';
import { keepMattersInTime } from './matters.daily';

let service: TestService;
let steps: ReturnType<typeof matterSteps>;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
  steps = matterSteps(service);
}, 120_000);
beforeEach(() => quietAgain(service));
afterAll(() => service.close());

const at = (text: string): void => service.at(new Date(`${text.replace(' ', 'T')}:00+08:00`));
const clock = () => keepMattersInTime({ today: service.today, transact: service.asSystem });
const stateOf = async (id: string): Promise<string> =>
  (
    await service.data<{ matter: { state: string } }>(people.street, 'query ($id: ID!) { matter(id: $id) { state } }', {
      id,
    })
  ).matter.state;

describe('GRD-09 a void matter stays void', () => {
  it.each(['dispatched', 'working', 'suspended'] as const)(
    'GRD-09 no unit goes on with its part of a matter that was made void when %s',
    async (before) => {
      const ended = await steps.as(people.street, 'void', await steps[before]());
      for (const step of ['start', 'refuse', 'return', 'askSuspension', 'resume', 'resolve'] as const)
        expect([step, await steps.verdict(people.cityManagement, step, ended)]).toEqual([step, 'STEP_NOT_POSSIBLE']);
      expect(await stateOf(ended.id)).toBe('VOID');
    },
  );

  it('GRD-09 the clock passes over a suspension whose matter was made void, and ends the others', async () => {
    const ended = await steps.as(people.street, 'void', await steps.suspended());
    const other = await steps.suspended();
    at('2026-07-01 09:00');
    await clock();
    expect([await stateOf(ended.id), await stateOf(other.id)]).toEqual(['VOID', 'WORKING']);
  });
});

it('GRD-09 a dispatch that binds is not returned either', async () => {
  const refused = await steps.as(people.cityManagement, 'refuse', await steps.dispatched());
  const bound = await steps.as(people.street, 'dispatch', refused, { unitIds: [units.water] });
  expect(await steps.verdict(people.water, 'return', bound)).toBe('DISPATCH_BINDS');
  const started = await steps.as(people.water, 'start', bound);
  expect(await steps.verdict(people.water, 'return', started)).toBe('DISPATCH_BINDS');
});

it('GRD-09 a suspension is not granted any more on the day on which work was to go on', async () => {
  at('2026-06-15 17:00');
  const asking = await steps.asking({ until: '2026-06-16' });
  at('2026-06-16 08:40');
  expect(await steps.verdict(people.street, 'suspend', asking)).toBe('UNTIL_NOT_AHEAD');
  const declined = await steps.as(people.street, 'declineSuspension', asking);
  expect(await steps.verdict(people.cityManagement, 'askSuspension', declined)).toBe('allowed');
});

it('GRD-09 two who enter the same thing at the same moment: the second is warned', async () => {
  const enter = () => steps.verdict(people.worker, 'report', null, rubbish);
  expect((await Promise.all([enter(), enter(), enter()])).toSorted()).toEqual([
    'DUPLICATE_SUSPECTED',
    'DUPLICATE_SUSPECTED',
    'allowed',
  ]);
});
