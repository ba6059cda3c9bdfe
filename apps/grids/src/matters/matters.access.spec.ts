import type { Actor } from '@jishi/access';
import { testService, type TestService } from '@jishi/testing';
import { busyStreet, people, quietAgain, units } from '../../seeds/busy-street';
import { matterSteps, rubbish, type Reply, type Step } from '../../seeds/matter-steps';
import { grids } from '../service';

let service: TestService;
let steps: ReturnType<typeof matterSteps>;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
  steps = matterSteps(service);
}, 120_000);
beforeEach(() => quietAgain(service));
afterAll(() => service.close());

const who = [
  'worker',
  'community',
  'otherCommunity',
  'street',
  'committee',
  'otherStreet',
  'cityManagement',
  'water',
  'civil',
  'politics',
  'office',
  'stranger',
  'auditor',
  'nobody',
] as const;
const words: Readonly<Record<string, string>> = { y: 'allowed', n: 'NOT_ALLOWED', '-': 'NOT_FOUND' };

/** Everybody tries: those who may not on one case, which their attempts must leave as it is; who may, each on a case of his own. */
function everybody<Case>(
  title: string,
  prepare: () => Promise<Case>,
  attempt: (actor: Actor, prepared: Case) => Promise<string>,
  verdicts: string,
): void {
  it(`GRD-09 ${title}`, async () => {
    const expected = verdicts.split(/\s+/).map((word) => words[word]);
    expect(expected).toHaveLength(who.length);
    const untouched = await prepare();
    const found: string[] = [];
    for (const [index, name] of who.entries())
      found.push(await attempt(people[name], expected[index] === 'allowed' ? await prepare() : untouched));
    const named = (verdictsOf: readonly (string | undefined)[]) =>
      who.map((name, index) => `${name} ${verdictsOf[index]}`);
    expect(named(found)).toEqual(named(expected));
  }, 60_000);
}

const step = (name: Step, prepare: () => Promise<Reply>, verdicts: string) =>
  everybody(name, prepare, (actor, matter) => steps.verdict(actor, name, matter), verdicts);

describe('GRD-09 who may do what', () => {
  const entered = { ...rubbish, confirmDuplicate: true };
  //   worker comm. otherC street committee otherS cityM water civil politics office stranger auditor nobody
  everybody(
    'report',
    async () => entered,
    (actor, input) => steps.verdict(actor, 'report', null, input),
    'y y n y y n n n y y n n n n',
  );
  everybody(
    'report a task of a department',
    async () => ({ ...entered, origin: 'DEPARTMENT', reporterUnitId: units.cityManagement }),
    (actor, input) => steps.verdict(actor, 'report', null, input),
    'n n n n n n y n n n n n n n',
  );
  step('accept', () => steps.reported(), 'n y - y y - n n n n n n n n');
  step('reject', () => steps.reported(), 'n y - y y - n n n n n n n n');
  step('take', () => steps.accepted(), 'y y - y y - n n n n n n n n');
  step('escalate', () => steps.accepted(), 'n y - y y - n n n n n n n n');
  step('finish', () => steps.taken(), 'y y - y y - n n n n n n n n');
  step('triage', () => steps.escalated(), 'n n n y y - n n n y n - n n');
  step('sendDown', () => steps.escalated(), 'n n n y y - n n n y n - n n');
  step('dispatch', () => steps.triaged(), 'n n n y y - n n n y n - n n');
  step('start', () => steps.dispatched(), 'n n n n n n y - n n n - n n');
  step('refuse', () => steps.dispatched(), 'n n n n n n y - n n n - n n');
  step('return', () => steps.working(), 'n n n n n n y - n n n - n n');
  step('askSuspension', () => steps.working(), 'n n n n n n y - n n n - n n');
  step('suspend', () => steps.asking(), 'n n n y y - n n n y n - n n');
  step('declineSuspension', () => steps.asking(), 'n n n y y - n n n y n - n n');
  step('resume', () => steps.suspended(), 'n n n n n n y - n n n - n n');
  step('resolve', () => steps.working(), 'n n n n n n y - n n n - n n');
  step('ask', () => steps.resolved(), 'n y - y y - n n n n n n n n');
  step('close', () => steps.asked(), 'n y - y y - n n n n n n n n');
  step('reopen', () => steps.asked(), 'n y - y y - n n n n n n n n');
  step('void', () => steps.accepted(), 'n n n y y - n n n y n - n n');
  everybody(
    'merge',
    async () => ({ one: await steps.reported(), two: await steps.reported() }),
    (actor, { one, two }) => steps.verdict(actor, 'merge', one, { intoId: two.id }),
    'n n n y y - n n n y n - n n',
  );
  everybody(
    'decide',
    async () => {
      const matter = await steps.asked();
      await service.database.pool.query('UPDATE matter SET reopened = 2 WHERE id = $1', [matter.id]);
      return matter;
    },
    (actor, matter) => steps.verdict(actor, 'decide', matter),
    'n n n y y - n n n y n - n n',
  );

  it('GRD-09 offers every step with the reasons against it', async () => {
    const { id } = await steps.dispatched();
    const offered = async (actor: Actor) =>
      Object.fromEntries(
        (
          await service.data<{
            matter: { actions: { step: string; allowed: boolean; reasons: { code: string }[] }[] };
          }>(actor, 'query ($id: ID!) { matter(id: $id) { actions { step allowed reasons { code } } } }', { id })
        ).matter.actions.map(({ step: name, allowed, reasons }) => [name, allowed || reasons.map(({ code }) => code)]),
      );
    expect(await offered(people.cityManagement)).toMatchObject({
      start: true,
      refuse: true,
      return: true,
      void: ['NOT_ALLOWED'],
    });
    expect(await offered(people.street)).toMatchObject({
      start: ['NOT_ALLOWED'],
      void: true,
      accept: ['STEP_NOT_POSSIBLE'],
    });
  });
});
