import type { Question } from '../../../../apps/gateway/src';
import { goOn, type Run } from '../command';
import { figure, load, percentile } from '../figures';
import type { Asker } from './asking';
import type { RunningCity } from './city';
import type { Sent } from './statements';

/** A look-up whose one statement has a goal of its own in the database. */
interface Lookup extends Question {
  /** Names of tables by which the statement is known among those that were sent. */
  readonly reads: readonly string[];
  readonly goal: { readonly share: number; readonly milliseconds: number };
  readonly variations: readonly Readonly<Record<string, unknown>>[];
}

const rounds = 200;

async function lookupsIn({ platform }: RunningCity): Promise<Lookup[]> {
  const grids = platform.databases.get('grids');
  const rowsOf = async <R>(sql: string): Promise<R[]> => ((await grids?.pool.query(sql))?.rows ?? []) as R[];
  const points = await rowsOf<{ longitude: number; latitude: number }>(
    `SELECT (center(bounds))[0] AS longitude, (center(bounds))[1] AS latitude
     FROM grid_boundary b JOIN grid g ON g.id = b.grid_id AND g.tier = 'BASIC' ORDER BY md5(g.code) LIMIT ${rounds}`,
  );
  const streets = await rowsOf<{ areaCode: string }>(
    `SELECT town_code AS "areaCode" FROM matter WHERE open GROUP BY town_code ORDER BY count(*) DESC LIMIT 40`,
  );
  return [
    {
      name: 'grid at a point',
      zh: '某个位置属于哪个网格',
      en: 'In which grid lies a point?',
      text: 'query ($longitude: Float!, $latitude: Float!) { gridAt(longitude: $longitude, latitude: $latitude) { code } }',
      variables: {},
      reads: ['grid_boundary'],
      goal: { share: 0.99, milliseconds: 5 },
      variations: points,
    },
    {
      name: 'matters of a street by due time',
      zh: '某街道未办结事项，按到期先后',
      en: 'Which matters of a street are due first?',
      text: `query ($areaCode: AreaCode!) {
        matters(filter: { areaCode: $areaCode, open: true, level: STREET }, orderBy: DUE, first: 50) { nodes { no state dueAt } } }`,
      variables: {},
      reads: ['matter m', 'matter '],
      goal: { share: 0.99, milliseconds: 10 },
      variations: streets,
    },
  ];
}

/** Asks the look-ups one at a time and prints how long the database took for the statement behind each. */
export async function measureLookups(run: Run, asking: Asker, city: RunningCity, statements: Sent[]): Promise<void> {
  for (const lookup of await lookupsIn(city)) {
    const { name, zh, reads, goal, variations } = lookup;
    run.progress(name);
    statements.length = 0;
    const failed: string[] = [];
    for (let round = 0; round < 2 * rounds && variations.length > 0; round += 1) {
      goOn(run);
      // What a city asks all day lies in memory: the first time of each is not counted.
      if (round === rounds) statements.length = 0;
      failed.push(...(await asking.ask(lookup, variations[round % variations.length] ?? {})).errors);
    }
    const took = statements
      .filter(
        ({ database, text }) => database.endsWith('grids') && reads.some((table) => text.includes(`FROM ${table}`)),
      )
      .map((sent) => sent.took);
    const reached = percentile(took, goal.share);
    run.print();
    run.print(`${name}  ${zh}`);
    run.print(
      `  in the database p50 ${figure(percentile(took, 0.5))} ms, p99 ${figure(reached)} ms   of ${took.length}   ${load()}`,
    );
    run.print(`  goal p99 ≤ ${goal.milliseconds} ms: ${reached <= goal.milliseconds ? 'kept' : 'MISSED'}`);
    if (failed.length > 0) run.print(`  ${failed.length} ERRORS, the first: ${failed[0]}`);
  }
}
