import { join } from 'node:path';
import { data, readConfig } from '@jishi/config';
import { committedQuestions, type Question } from '../../../../apps/gateway/src';
import { command, goOn, positive, readOptions, type Run } from '../command';
import { figure, load, milliseconds, percentile, spreadOf } from '../figures';
import { asker, type Answered, type Asker } from './asking';
import { openCity, type RunningCity, type Step } from './city';
import { measureLookups } from './lookups';
import { plansOf, recordStatements, slowest, type Sent } from './statements';
import { variablesOf, variationsIn, type Variations } from './variations';

const help = `Asks the committed questions through the gateway over HTTP, one at a time, and prints how long the answers took.

  npm run bench:questions [-- --size city --only Q02 --rounds 50 --explain]

  --size     county (as npm start) or city: 350,000 members, 60,000 firms, 550,000 matters; the default is city
  --only     one question, or several: Q02,member-structure
  --rounds   requests of each question, with other counties, towns, grids, firms and members in turn (50)
  --as       the account that asks (city-org)
  --data     a data folder of its own; kept, so that the city is loaded once (.jishi/bench-<size>)
  --fresh    empties the folder first and so measures the load again
  --explain  shows the plan of the statement on which each question spent most

Goals: the city loads in at most 15 minutes with its projections; Q01, Q02, Q20, Q34, Q36 and member-structure in at most 300 ms (p95);
in the database a point finds its grid in 5 ms and the matters of a street come in 10 ms (p99).`;

/** Milliseconds, p95. */
const goals: Readonly<Record<string, number>> = {
  Q01: 300,
  Q02: 300,
  Q20: 300,
  Q34: 300,
  Q36: 300,
  'member-structure': 300,
};
const loadGoal = 15 * 60;
const warmRounds = 5;

void command(async (run) => {
  const given = readOptions(process.argv.slice(2), {
    size: { type: 'string', default: 'city' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '50' },
    as: { type: 'string', default: 'city-org' },
    data: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  });
  if (given.help) return run.print(help);
  const { size } = given;
  if (size !== 'county' && size !== 'city') throw new TypeError(`--size ${size}: county or city`);
  const rounds = positive('rounds', given.rounds);
  const known = committedQuestions();
  const wanted = given.only?.toLowerCase().split(',');
  const questions = known.filter(({ name }) => !wanted || wanted.includes(name.toLowerCase()));
  if (questions.length === 0)
    throw new TypeError(`--only ${given.only}: there are ${known.map(({ name }) => name).join(', ')}`);

  const statements = recordStatements();
  const folder = given.data ?? join(readConfig(data).JISHI_DATA, `bench-${size}`);
  const begun = performance.now();
  const city = await openCity(run, folder, size, given.fresh);
  const started = figure((performance.now() - begun) / 1_000);
  run.print(`${size} in ${folder}, Node ${process.version}, ${load()}`);
  if (city.loaded) printLoad(run, city.loaded, size);
  else run.print(`Started in ${started} s on what the folder held; --fresh measures the load again`);
  // What a first start leaves running, such as terms that fall due, is not part of a question.
  await city.platform.settled(600_000);

  const variations = await variationsIn(city.platform);
  run.print(
    `${variations.counties.length} counties, ${variations.towns.length} towns, ${variations.grids.length} grids, ${variations.firms.length} firms and ${variations.members.length} members in turn, as ${given.as}`,
  );
  const asking = asker(city.address, city.tokenOf(given.as));
  run.afterwards(() => asking.close());

  const answers = await askInTurns(run, asking, questions, variations, rounds);
  for (const question of questions) {
    goOn(run);
    printAnswers(run, question, answers.get(question.name) ?? []);
    const { requests, sent } = await costOf(asking, city, question, variablesOf(question, variations, 0));
    run.print(`  ${requests} subgraph requests, ${sent} statements`);
    if (given.explain) await explain(run, asking, city, question, variations, statements);
  }
  if (!wanted) await measureLookups(run, asking, city, statements);
  run.print();
  run.print(`Ended with ${load()}`);
});

function printLoad(run: Run, steps: readonly Step[], size: string): void {
  const whole = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  run.print();
  run.print('Load, from the beginning of each step to that of the next (all databases are written at once)');
  for (const { name, seconds } of steps) run.print(`  ${figure(seconds).padStart(6)} s  ${name}`);
  const verdict = size === 'city' ? `   goal ≤ ${loadGoal} s: ${whole <= loadGoal ? 'kept' : 'MISSED'}` : '';
  run.print(`  ${figure(whole).padStart(6)} s  whole${verdict}   ${load()}`);
}

/** The questions take turns within each round, so that a busy moment of the machine meets all of them. */
async function askInTurns(
  run: Run,
  asking: Asker,
  questions: readonly Question[],
  variations: Variations,
  rounds: number,
): Promise<Map<string, Answered[]>> {
  const answers = new Map<string, Answered[]>(questions.map(({ name }) => [name, []]));
  for (let round = -warmRounds; round < rounds; round += 1) {
    run.progress(round < 0 ? 'warming' : `round ${round + 1} of ${rounds}`);
    for (const question of questions) {
      goOn(run);
      const answered = await asking.ask(question, variablesOf(question, variations, round + warmRounds));
      if (round >= 0) answers.get(question.name)?.push(answered);
    }
  }
  return answers;
}

function printAnswers(run: Run, { name, zh }: Question, answers: readonly Answered[]): void {
  const spread = spreadOf(answers.map(({ took }) => took));
  const goal = goals[name];
  const [rows, bytes] = [answers.map((each) => each.rows), answers.map((each) => each.bytes)];
  const failed = answers.flatMap(({ errors }) => errors);
  run.print();
  run.print(`${name}  ${zh}`);
  run.print(`  ${milliseconds(spread)}   of ${spread.count}   ${load()}`);
  if (goal) run.print(`  goal p95 ≤ ${goal} ms: ${spread.p95 <= goal ? 'kept' : 'MISSED'}`);
  run.print(
    `  rows ${Math.min(...rows)} to ${Math.max(...rows)}, median ${percentile(rows, 0.5)}; ${figure(percentile(bytes, 0.5) / 1024)} KiB`,
  );
  if (failed.length > 0) run.print(`  ${failed.length} ERRORS, the first: ${failed[0]}`);
}

/** Of one request; the least of a few, because the workers of the same process ask the databases as well. */
async function costOf(
  asking: Asker,
  { platform }: RunningCity,
  question: Question,
  variables: Readonly<Record<string, unknown>>,
): Promise<{ requests: number; sent: number }> {
  const all = (): number => [...platform.databases.values()].reduce((sum, database) => sum + database.statements(), 0);
  const sent: number[] = [];
  const requests: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const before = await asking.subgraphRequests();
    const statements = all();
    await asking.ask(question, variables);
    sent.push(all() - statements);
    requests.push((await asking.subgraphRequests()) - before);
  }
  return { requests: Math.min(...requests), sent: Math.min(...sent) };
}

async function explain(
  run: Run,
  asking: Asker,
  city: RunningCity,
  question: Question,
  variations: Variations,
  statements: Sent[],
): Promise<void> {
  statements.length = 0;
  for (let time = 0; time < 10; time += 1) await asking.ask(question, variablesOf(question, variations, time));
  const owners = [...city.platform.databases.keys()];
  const found = slowest(statements.filter(({ database }) => owners.includes(database)));
  if (!found) return;
  const { example, times, total } = found;
  run.print(
    `  most time: ${figure(total / times)} ms on average, ${times} times, in ${example.database}, worst ${figure(example.took)} ms`,
  );
  run.print(indented(example.text.replace(/\n\s*/g, '\n')));
  const plans = await plansOf(city.urlOf(example.database), example);
  run.print(
    `  planned for these values ${figure(plans.custom.executed)} ms, for any ${figure(plans.generic.executed)} ms; the former:`,
  );
  run.print(indented(plans.custom.lines.join('\n')));
}

const indented = (text: string): string => text.replace(/^/gm, '    ');
