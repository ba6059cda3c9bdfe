import { mayOn } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, notAllowed } from '@jishi/errors';
import { areaInUse } from '@jishi/known-register';
import { addDays, daysBetween, workPeriodsOf, type CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import { OfficeDay, OfficeHours } from './matters.entities';
import { hoursOf } from './matters.hours';

export interface OfficeHoursInput {
  readonly areaCode: string;
  readonly validFrom: CivilDate;
  readonly periods: readonly { readonly from: string; readonly to: string }[];
}

/** A time of the day `08:30` in minutes after midnight; INVALID_INPUT otherwise. */
function minuteOf(time: string): number {
  const found = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time);
  if (!found)
    throw invalidInput(
      'periods',
      { zh: '“{time}”不是时间，应为08:30', en: '{time} is not a time such as 08:30' },
      { params: { time } },
    );
  return Number(found[1]) * 60 + Number(found[2]);
}

const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Who keeps the list of matters keeps the hours by which their limits are counted. */
async function mustKeep(tx: Tx, areaCode: string): Promise<void> {
  if (areaCode.length !== 6)
    throw invalidInput('areaCode', {
      zh: '工作时间由市或者区县规定（6位代码）',
      en: 'The hours are set by a city or county (6 digits)',
    });
  await areaInUse(tx, areaCode, tx.today);
  if (!mayOn(tx.actor, 'matter-types:admit', { area: areaCode, ofArea: true }, tx.today))
    throw notAllowed('matter-types:admit');
}

/** 工作时间: from a day on, not before today; limits that run keep their end. */
export const setOfficeHours = (
  ctx: Context,
  { areaCode, validFrom, periods }: OfficeHoursInput,
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    await mustKeep(tx, areaCode);
    refusePast(validFrom, 'validFrom', tx.today);
    const minutes = periods.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)]);
    try {
      workPeriodsOf(minutes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw invalidInput('periods', {
        zh: '各段工作时间须依次、不重叠，且在一天之内',
        en: 'The periods follow each other within a day and do not overlap',
      });
    }
    const known = await tx.find(OfficeHours, { areaCode, validFrom });
    const row = known
      ? await tx.save(await tx.lock(OfficeHours, known.id), { minutes })
      : await tx.insert(OfficeHours, { areaCode, validFrom, minutes });
    return { id: row.id };
  });

export interface OfficeDayInput {
  readonly areaCode: string;
  readonly day: CivilDate;
  readonly working: boolean;
  readonly reason: string;
}

/** 调休、停休: a single day on which the place works or rests against the national table. */
export const setOfficeDay = (
  ctx: Context,
  { areaCode, day, working, reason }: OfficeDayInput,
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    await mustKeep(tx, areaCode);
    refusePast(day, 'day', tx.today);
    const known = await tx.find(OfficeDay, { areaCode, day });
    const facts = { working, reason: reason.trim() };
    const row = known
      ? await tx.save(await tx.lock(OfficeDay, known.id), facts)
      : await tx.insert(OfficeDay, { areaCode, day, ...facts });
    return { id: row.id };
  });

function refusePast(day: CivilDate, field: string, today: CivilDate): void {
  if (day < today)
    throw invalidInput(
      field,
      { zh: '不能更改已过去的日子', en: 'Days that have passed cannot be changed' },
      { code: 'DAY_PASSED' },
    );
}

/** 工作日历: for each day of a span (at most 366) whether a county's offices work, when, and whether that is certain. */
export async function officeCalendar(
  ctx: Context,
  { areaCode, from, to }: { readonly areaCode: string; readonly from: CivilDate; readonly to: CivilDate },
) {
  const days = daysBetween(from, to);
  if (days < 0 || days > 366)
    throw invalidInput('to', { zh: '一次最多查询366天', en: 'Ask for at most 366 days, in their order' });
  const { calendar, periodsOn } = await hoursOf(
    (sql, values) => ctx.query('office-hours', sql, values),
    areaCode.slice(0, 6),
  );
  return Array.from({ length: days + 1 }, (_, at) => {
    const day = addDays(from, at);
    const working = calendar.isWorkingDay(day);
    return {
      day,
      working,
      provisional: calendar.isProvisional(day),
      periods: working ? periodsOn(day).map((period) => ({ from: timeOf(period.from), to: timeOf(period.to) })) : [],
    };
  });
}
