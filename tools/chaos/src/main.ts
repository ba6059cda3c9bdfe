import { randomInt } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { command, positive, readOptions, type Run } from '../../bench/src/command';
import { drive, type Plan } from './drive';
import { readHistory } from './history';
import { cleanUp, newPlace } from './leftovers';
import { tableOf, violationsOf } from './report';
import { scheduleOf, type BusKind } from './schedule';

const help = `Runs outbox, relays, bus and consumers in processes of their own, kills and troubles them, and checks that nothing was
lost, applied twice or turned round.

  npm run chaos [-- --seed 7 --minutes 3 --bus pg]

  --seed         of the faults and the commands (chosen and printed when absent)
  --minutes      of the run (3)
  --bus          pg or kafka (pg); kafka starts three brokers, which needs Java
  --rate         events a second that the writers try for (45); each is answered by another
  --disk         megabytes of the database's own disk (1024), mounted in memory where that is allowed
  --history      file for the history, one JSON line for each command, fault and violation
  --replay       a history: its faults once more, in the same order at the same moments
  --keep         keep history and logs also when everything held
  --regressions  every seed of regressions.json, one after the other

Exit code 1 when an invariant does not hold; history and logs are then kept under .jishi/chaos.`;

interface Regression {
  readonly seed: number;
  readonly minutes: number;
  readonly bus: BusKind;
  /** What this seed once found. */
  readonly why: string;
}

void command(async (run) => {
  const given = readOptions(process.argv.slice(2), {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    bus: { type: 'string', default: 'pg' },
    rate: { type: 'string', default: '45' },
    disk: { type: 'string', default: '1024' },
    history: { type: 'string' },
    replay: { type: 'string' },
    regressions: { type: 'boolean' },
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (given.help) return run.print(help);
  const { bus } = given;
  if (bus !== 'pg' && bus !== 'kafka') throw new TypeError(`--bus ${bus}: pg or kafka`);
  const common = {
    rate: positive('rate', given.rate),
    disk: positive('disk', given.disk),
    history: given.history,
    keep: given.keep,
  };
  const planned = (seed: number, minutes: number, on: BusKind) => ({
    ...{ ...common, seed, minutes, bus: on },
    schedule: scheduleOf(seed, minutes, on),
  });

  await cleanUp((text) => run.print(text));
  if (given.regressions) {
    const list = JSON.parse(readFileSync(join(__dirname, '../regressions.json'), 'utf8')) as Regression[];
    for (const { seed, minutes, bus: on, why } of list) {
      run.print(`seed ${seed}: ${why}`);
      await runOnce(run, planned(seed, minutes, on));
    }
    run.print(`${list.length} seeds of regressions.json`);
  } else if (given.replay !== undefined) {
    const first = readHistory(given.replay)[0];
    if (first?.is !== 'run') throw new TypeError(`--replay ${given.replay}: no history of a run`);
    await runOnce(run, { ...common, ...first });
  } else {
    const seed = given.seed === undefined ? randomInt(1, 1_000_000) : positive('seed', given.seed);
    await runOnce(run, planned(seed, positive('minutes', given.minutes), bus));
  }
});

async function runOnce(
  run: Run,
  asked: Omit<Plan, 'history'> & { readonly history?: string; readonly keep?: boolean },
): Promise<void> {
  const place = newPlace();
  run.afterwards(() => place.remove());
  const plan: Plan = { ...asked, history: resolve(asked.history ?? join(place.folder, 'history.jsonl')) };
  run.print(`seed ${plan.seed}, ${plan.minutes} minutes on ${plan.bus}, ${plan.schedule.length} faults planned`);
  const result = await drive(run, plan, place);
  run.print();
  for (const line of tableOf(plan, result)) run.print(line);
  run.print();
  if (result.violations.length === 0) run.print('every invariant holds');
  else process.exitCode = 1;
  for (const line of violationsOf(result)) run.print(line);
  if (result.violations.length === 0 && !asked.keep) return;
  const kept = resolve('.jishi', 'chaos', `${plan.bus}-${plan.seed}`);
  mkdirSync(kept, { recursive: true });
  cpSync(place.logs, join(kept, 'logs'), { recursive: true });
  cpSync(plan.history, join(kept, 'history.jsonl'));
  run.print(`\nhistory and logs: ${kept}`);
  run.print(`the same faults again: npm run chaos -- --replay ${join(kept, 'history.jsonl')}`);
}
