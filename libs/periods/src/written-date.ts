import { invalidInput } from '@jishi/errors';
import { civilDateFrom, partsOf, type CivilDate } from './civil-date';

/** A date as found in a ledger: the day, or only the month; then `date` is the first of that month. */
export interface WrittenDate {
  readonly date: CivilDate;
  readonly precision: 'DAY' | 'MONTH';
}

const dayForms = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})(\d{2})(\d{2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
];
const monthForms = [/^(\d{4})\.(\d{1,2})$/, /^(\d{4})-(\d{1,2})$/, /^(\d{4})年(\d{1,2})月$/, /^(\d{4})(\d{2})$/];

/**
 * Reads the ways in which ledgers write dates: `2026-03-01`, `20260301`, `2026.3.1`, `2026/3/1`, `2026年3月1日`, and months
 * only: `2026.03`, `2026-03`, `2026年3月`, `202603`. Full-width digits and blanks are taken. INVALID_INPUT on `field`
 * when nothing fits or the day does not exist.
 */
export function parseWrittenDate(text: string, field = 'date'): WrittenDate {
  const plain = text.normalize('NFKC').replace(/\s+/g, '');
  const day = dayForms.map((form) => form.exec(plain)).find(Boolean);
  const month = day ? undefined : monthForms.map((form) => form.exec(plain)).find(Boolean);
  const found = day ?? month;
  const date = found && civilDateFrom(Number(found[1]), Number(found[2]), day ? Number(found[3]) : 1);
  if (date) return { date, precision: day ? 'DAY' : 'MONTH' };
  throw invalidInput(
    field,
    {
      zh: '“{text}”不是有效日期，可写成2026-03-01、20260301、2026年3月1日，或者只写到月：2026.03',
      en: '"{text}" is not a valid date; write 2026-03-01, 20260301, 2026年3月1日, or only the month: 2026.03',
    },
    { params: { text } },
  );
}

/** `2026年3月1日`, or `2026年3月` when only the month is known. */
export function formatChinese(date: CivilDate, precision: WrittenDate['precision'] = 'DAY'): string {
  const { year, month, day } = partsOf(date);
  return precision === 'MONTH' ? `${year}年${month}月` : `${year}年${month}月${day}日`;
}

/** `20260301`, as workbooks and national forms want it. */
export const formatCompact = (date: CivilDate): string => date.replaceAll('-', '');

/** `2026.03`, the month as personnel forms write it. */
export const formatMonth = (date: CivilDate): string => date.slice(0, 7).replace('-', '.');
