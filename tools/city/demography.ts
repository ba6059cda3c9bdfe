/**
 * How members are distributed: the national year-end figures of 2024 (rules.md §10, source T1) joined into tables by iterative
 * proportional fitting, so that every margin is met although only margins are published.
 */

export const occupations = [
  'WORKER',
  'FARMER',
  'PROFESSIONAL',
  'MANAGER',
  'ORGAN',
  'STUDENT',
  'OTHER',
  'RETIRED',
] as const;
export type Occupation = (typeof occupations)[number];

/** Published shares of members by occupation, per cent. */
export const occupationShares = [6.6, 26.1, 16.3, 11.5, 7.6, 2.6, 7.8, 21.4] as const;

/** Ages in full years, both ends included. */
export const ageBands = [
  [18, 30],
  [31, 35],
  [36, 40],
  [41, 45],
  [46, 50],
  [51, 55],
  [56, 60],
  [61, 98],
] as const;
/** Published shares of members by age band, per cent. */
export const ageShares = [12.2, 10.7, 11.4, 9.7, 9.0, 9.4, 8.6, 28.9] as const;

/** When members joined: before October 1949, to the end of 1978, to October 2012, since then. */
export const joiningPeriods = [
  ['1944-01-01', '1949-09-30'],
  ['1949-10-01', '1978-12-15'],
  ['1978-12-16', '2012-10-31'],
  ['2012-11-01', '9999-12-31'],
] as const;
/** Published shares of members by time of joining, per cent. */
export const joiningShares = [0.05, 12.3, 59.6, 28.0] as const;

/** Published share of women and of members with college education or above. */
export const womenShare = 0.309;
export const collegeShare = 0.576;

export const sectors = [
  'VILLAGE',
  'COMMUNITY',
  'ORGAN',
  'INSTITUTION',
  'STATE_FIRM',
  'PRIVATE_FIRM',
  'SOCIETY',
] as const;
export type Sector = (typeof sectors)[number];

// Who is found in the branches of each sector (columns: occupations). Estimates of ours, used as the starting point of the fitting.
const sectorSeed: readonly (readonly number[])[] = [
  [3, 78, 2, 2, 0.5, 1, 9, 4.5],
  [4, 3, 5, 6, 1, 4, 27, 50],
  [0.2, 0, 4, 2, 65, 0, 1, 27],
  [2, 0, 60, 9, 1, 6, 1, 21],
  [30, 0, 15, 34, 0, 0, 1, 20],
  [26, 0, 26, 38, 0, 0, 10, 0.5],
  [2, 0, 42, 30, 0, 1, 24, 1],
];

// Which occupations are found at which age (rows: occupations, columns: age bands).
const ageSeed: readonly (readonly number[])[] = [
  [10, 13, 15, 16, 16, 16, 12, 0],
  [7, 7, 8, 9, 10, 12, 12, 40],
  [15, 20, 20, 16, 13, 10, 7, 0],
  [10, 16, 19, 17, 15, 13, 9, 1],
  [14, 17, 18, 16, 14, 12, 10, 0],
  [100, 0, 0, 0, 0, 0, 0, 0],
  [15, 12, 11, 10, 10, 10, 9, 12],
  [0, 0, 0, 0, 0.3, 2.5, 9, 88],
];

// Who can have joined when (rows: age bands, columns: joining periods).
const joiningSeed: readonly (readonly number[])[] = [
  [0, 0, 0, 100],
  [0, 0, 12, 88],
  [0, 0, 62, 38],
  [0, 0, 78, 22],
  [0, 0, 84, 16],
  [0, 0, 88, 12],
  [0, 0, 92, 8],
  [0.17, 42, 56, 2],
];

/** A table with the given row and column sums that keeps the pattern of the seed; sums are brought to the same total first. */
export function fitted(
  seed: readonly (readonly number[])[],
  rowSums: readonly number[],
  columnSums: readonly number[],
): number[][] {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const scale = total(rowSums) / total(columnSums);
  const columns = columnSums.map((value) => value * scale);
  let table = seed.map((row) => [...row]);
  for (let round = 0; round < 200; round += 1) {
    table = table.map((row, r) => {
      const factor = (rowSums[r] ?? 0) / (total(row) || 1);
      return row.map((value) => value * factor);
    });
    const factors = columns.map((wanted, c) => wanted / (total(table.map((row) => row[c] ?? 0)) || 1));
    table = table.map((row) => row.map((value, c) => value * (factors[c] ?? 0)));
  }
  return table;
}

/** Rows: occupations, columns: age bands. */
export const ageByOccupation = fitted(ageSeed, occupationShares, ageShares);
/** Rows: age bands, columns: joining periods. */
export const joiningByAge = fitted(joiningSeed, ageShares, joiningShares);

/**
 * Who belongs to the branches of each sector, rows: sectors. With the members of each sector of a whole city the published
 * shares of occupations are met; a single county is what its sectors make it.
 */
export function occupationsBySector(membersOfSector: readonly number[], wholeCity: boolean): number[][] {
  return wholeCity ? fitted(sectorSeed, membersOfSector, occupationShares) : sectorSeed.map((row) => [...row]);
}

const womenByAge = [0.46, 0.43, 0.39, 0.35, 0.31, 0.28, 0.24, 0.18];
const womenByOccupation = [0.8, 0.75, 1.25, 0.95, 1, 1.5, 1.1, 1];
const collegeByAge = [0.95, 0.92, 0.86, 0.78, 0.68, 0.58, 0.47, 0.24];
const collegeByOccupation = [0.75, 0.42, 1.5, 1.35, 1.6, 1.2, 0.9, 1.1];

/** Probability by occupation and age band, scaled until the whole comes to the published share. */
function calibrated(byAge: readonly number[], byOccupation: readonly number[], share: number): number[][] {
  const weight = ageByOccupation.flat().reduce((sum, value) => sum + value, 0);
  const tableFor = (scale: number): number[][] =>
    byOccupation.map((o) => byAge.map((a) => Math.min(0.99, a * o * scale)));
  const shareOf = (table: number[][]): number =>
    table.reduce((sum, row, o) => sum + row.reduce((s, p, a) => s + p * (ageByOccupation[o]?.[a] ?? 0), 0), 0) / weight;
  let [low, high] = [0.1, 10];
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (shareOf(tableFor(middle)) < share) low = middle;
    else high = middle;
  }
  return tableFor(low);
}

/** Probability of being a woman, by occupation and age band. */
export const womenTable = calibrated(womenByAge, womenByOccupation, womenShare);
/** Probability of college education or above, by occupation and age band. */
export const collegeTable = calibrated(collegeByAge, collegeByOccupation, collegeShare);
