import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { laterOf, type CivilDate } from '@jishi/periods';
import { listOf, readRows, where, within, type Condition, type Context, insideArea } from '@jishi/subgraph';
import { Area } from '../areas';
import { SupervisionSample, type VillageClass } from './supervision-samples.entities';
import { decide, refuseRemark } from './supervision-samples.rules';

export interface Classification {
  readonly areaCode: string;
  readonly year: number;
  readonly to: VillageClass;
  readonly weak: boolean;
  readonly on: CivilDate;
}

/** Puts a village on the list, notes its class, or takes it off, by what villages says of a closed year (P4). Nobody else takes it off. */
export async function judgeVillage(tx: Tx, { areaCode, year, to, weak, on }: Classification): Promise<void> {
  // The figures decide, whoever brought them about; the lock on the area keeps two verdicts apart.
  const area = await tx.unscoped.lock(Area, areaCode);
  const [last] = await tx.query<{ year: number }>('SELECT year FROM village_last_judged WHERE area_code = $1', [
    areaCode,
  ]);
  const known = await tx.unscoped.find(SupervisionSample, { areaCode, closedOn: null });
  const exists = area.validTo === null || area.validTo > on;
  const action = decide({ year, weak }, { lastYear: last?.year, onTheList: known !== null, exists });
  if (last === undefined || year > last.year)
    await tx.query(
      `INSERT INTO village_last_judged (area_code, year) VALUES ($1, $2)
       ON CONFLICT (area_code) DO UPDATE SET year = excluded.year`,
      [areaCode, year],
    );
  if (action === 'open')
    await tx.insert(SupervisionSample, { areaCode, reason: 'WEAK_VILLAGE', year, villageClass: to, openedOn: on });
  if (known === null || action === 'nothing') return;
  const sample = await tx.unscoped.lock(SupervisionSample, known.id);
  await tx.save(sample, {
    villageClass: to,
    ...(action === 'close' && {
      closedOn: laterOf(on, sample.openedOn),
      closedBy: 'CLASS' as const,
      closedYear: year,
    }),
  });
}

/**
 * Villages of areas that were merged away leave the list with their codes, and their successor stands on it instead (P11); one that
 * was judged itself is on the list or not by its own figures, which tell only of changes.
 */
export async function relocateSamples(
  tx: Tx,
  fromCodes: readonly string[],
  toCode: string,
  on: CivilDate,
): Promise<void> {
  // Whoever may merge areas does so for all that stands in them.
  const open = await tx.unscoped.findAll(SupervisionSample, { areaCode: fromCodes, closedOn: null });
  const own = await tx.query('SELECT 1 FROM village_last_judged WHERE area_code = $1', [toCode]);
  let listed =
    own.length > 0 || (await tx.unscoped.find(SupervisionSample, { areaCode: toCode, closedOn: null })) !== null;
  for (const sample of await tx.unscoped.lockAll(
    SupervisionSample,
    open.map(({ id }) => id),
  )) {
    const { reason, year, villageClass } = sample;
    await tx.save(sample, { closedOn: laterOf(on, sample.openedOn), closedBy: 'AREA_MERGED' });
    if (!listed) await tx.insert(SupervisionSample, { areaCode: toCode, reason, year, villageClass, openedOn: on });
    listed = true;
  }
}

interface Remark {
  readonly id: string;
  readonly version?: number | null;
}
export interface ExemptSupervisionSampleInput extends Remark {
  readonly reason: string;
  readonly until?: CivilDate | null;
}
export interface AnnotateSupervisionSampleInput extends Remark {
  readonly note: string;
}

/** 豁免: the village stays on the list and is left out of the draw until the day; the figures still take it off. */
export const exemptSupervisionSample = (ctx: Context, input: ExemptSupervisionSampleInput) =>
  remark(ctx, input, 'reason', input.reason, input.until ?? null, (account) => ({
    exemptionReason: input.reason.trim(),
    exemptionUntil: input.until ?? null,
    exemptionBy: account,
  }));

/** 备注: what who supervises should know. */
export const annotateSupervisionSample = (ctx: Context, input: AnnotateSupervisionSampleInput) =>
  remark(ctx, input, 'note', input.note, null, () => ({ note: input.note.trim() }));

const remark = (
  ctx: Context,
  { id, version }: Remark,
  field: 'reason' | 'note',
  text: string,
  until: CivilDate | null,
  changes: (account: string) => Partial<SupervisionSample>,
): Promise<{ readonly id: string }> =>
  ctx.transact(async (tx) => {
    const sample = await tx.lock(SupervisionSample, id, version ?? undefined);
    must(tx.actor, 'supervision:keep', placeOf(sample), tx.today);
    const refusal = refuseRemark(sample, field, text, until, tx.today);
    if (refusal) throw ruleBroken(refusal);
    await tx.save(sample, changes(tx.actor.account));
    return { id: sample.id };
  });

export type SampleRow = Omit<SupervisionSample, 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'>;

const columns = `s.id, s.version, s.area_code AS "areaCode", s.reason, s.year, s.village_class AS "villageClass",
  s.opened_on AS "openedOn", s.closed_on AS "closedOn", s.closed_by AS "closedBy", s.closed_year AS "closedYear", s.note,
  s.exemption_reason AS "exemptionReason", s.exemption_until AS "exemptionUntil", s.exemption_by AS "exemptionBy"`;

export interface SamplesArguments extends PageArguments {
  readonly filter?: { readonly areaCode?: string | null; readonly open?: boolean | null } | null;
}

/** The list, longest on it first (X-07, P4). */
export const listSamples = (ctx: Context, { filter, ...page }: SamplesArguments) =>
  listOf<SampleRow & Record<string, unknown>>(
    ctx,
    {
      name: 'supervision-samples',
      select: columns,
      from: 'supervision_sample s',
      ordering: ordering('supervision-samples', [asc('s.opened_on', 'date'), asc('s.id', 'uuid')]),
      conditions: [
        within(ctx, SupervisionSample, 's'),
        filter?.areaCode ? insideArea('s', filter.areaCode) : null,
        filter?.open == null ? null : where(`s.closed_on IS ${filter.open ? '' : 'NOT '}NULL`),
      ],
    },
    page,
  );

const samplesWhere = (ctx: Context, condition: Condition): Promise<SampleRow[]> =>
  readRows<SampleRow & Record<string, unknown>>(
    ctx,
    'supervision-samples-where',
    `SELECT ${columns} FROM supervision_sample s WHERE {where} ORDER BY s.opened_on, s.id`,
    within(ctx, SupervisionSample, 's'),
    condition,
  );
export const samplesByIds = (ctx: Context, ids: readonly string[]) => samplesWhere(ctx, where('s.id = ANY(?)', ids));
/** Where these villages stand on the list today. */
export const openSamplesOf = (ctx: Context, areaCodes: readonly string[]) =>
  samplesWhere(ctx, where('s.area_code = ANY(?) AND s.closed_on IS NULL', areaCodes));
