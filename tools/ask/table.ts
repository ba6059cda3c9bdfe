/** Chinese characters, full-width punctuation and forms take two columns of a terminal. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

/** Columns that a text takes on a terminal. */
export const widthOf = (text: string): number => [...text].reduce((sum, each) => sum + (wide.test(each) ? 2 : 1), 0);

const padded = (text: string, width: number) => text + ' '.repeat(width - widthOf(text));

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of a list or of a page (`edges { node }` or `nodes`); undefined for anything else. */
function rowsOf(value: unknown): readonly Fields[] | undefined {
  if (Array.isArray(value)) return value.length > 0 && value.every(isFields) ? value : undefined;
  if (!isFields(value)) return undefined;
  if (Array.isArray(value.edges)) return value.edges.filter(isFields).map(({ node }) => (isFields(node) ? node : {}));
  return Array.isArray(value.nodes) ? value.nodes.filter(isFields) : undefined;
}

/** What a cell says. A list of records within a row is told in one cell: `RURAL 12；RETIRED 5`. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const rows = rowsOf(value);
  if (rows) return rows.map((row) => Object.values(flat(row)).filter(Boolean).join(' ')).join('；');
  if (Array.isArray(value)) return value.map(cell).join('、');
  return String(value);
}

/** One level of columns: `secretary.person.name`. */
function flat(row: Fields, above = ''): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (name === '__typename') continue;
    if (isFields(value) && !rowsOf(value)) Object.assign(columns, flat(value, `${above}${name}.`));
    else columns[above + name] = cell(value);
  }
  return columns;
}

/** The shortest ending that tells a column from the others: `superior.name` for `body.organization.superior.name`. */
function shortNames(columns: readonly string[]): readonly string[] {
  const endings = (column: string) => column.split('.').map((_, index, all) => all.slice(index).join('.'));
  return columns.map((column) => {
    const others = columns.filter((other) => other !== column);
    const short = endings(column).findLast(
      (ending) => !others.some((other) => other === ending || other.endsWith(`.${ending}`)),
    );
    return short ?? column;
  });
}

/** Rows as an aligned table. A row that lacks an object leaves its columns empty. */
export function table(rows: readonly Fields[]): string {
  const lines = rows.map((row) => flat(row));
  const found = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  // `secretary` of a branch without one stands beside `secretary.person.name` of the others and says nothing.
  const columns = found.filter((name) => !found.some((other) => other.startsWith(`${name}.`)));
  const heads = shortNames(columns);
  const widths = columns.map((name, index) =>
    Math.max(widthOf(heads[index] ?? ''), ...lines.map((line) => widthOf(line[name] ?? ''))),
  );
  const print = (values: readonly string[]) =>
    values
      .map((value, index) => padded(value, widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    print(heads),
    print(widths.map((width) => '-'.repeat(width))),
    ...lines.map((line) => print(columns.map((name) => line[name] ?? ''))),
  ].join('\n');
}

/** How many rows there are; of a page also how many there are in all, when the question asked for it. */
function counted(value: unknown, rows: readonly Fields[]): string {
  const total = isFields(value) && typeof value.totalCount === 'number' ? value.totalCount : rows.length;
  return total === rows.length ? `(${rows.length})` : `(${rows.length} / ${total})`;
}

/** The whole answer for reading: facts of one record as lines, every list as a table under its name. */
export function answerAsTables(data: Fields): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(data)) {
    const rows = rowsOf(value);
    if (rows) parts.push(`${name} ${counted(value, rows)}`, ...(rows.length > 0 ? [table(rows)] : []), '');
    else if (Array.isArray(value)) parts.push(`${name} (${value.length})`, ...value.map(cell), '');
    else if (isFields(value)) parts.push(name, record(value), '');
    else parts.push(name, cell(value) || '—', '');
  }
  return parts.join('\n').trimEnd();
}

/** The lists of records within a record, however deep, by their path. */
function listsIn(fields: Fields, above = ''): readonly (readonly [path: string, rows: readonly Fields[]])[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const rows = rowsOf(value) ?? (Array.isArray(value) && value.length === 0 ? [] : undefined);
    if (rows) return [[above + name, rows] as const];
    return isFields(value) ? listsIn(value, `${above}${name}.`) : [];
  });
}

function record(fields: Fields): string {
  const lists = listsIn(fields);
  const facts = Object.entries(flat(fields)).filter(([path]) => !lists.some(([list]) => list === path));
  const width = Math.max(0, ...facts.map(([name]) => widthOf(name)));
  return [
    ...facts.map(([name, value]) => `${padded(name, width)}  ${value}`.trimEnd()),
    ...lists.flatMap(([path, rows]) => ['', `${path} (${rows.length})`, ...(rows.length > 0 ? [table(rows)] : [])]),
  ].join('\n');
}
