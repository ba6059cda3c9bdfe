import type { Tx } from '@jishi/database';
import { classificationChanged } from '@jishi/event-contracts';
import { areaPrefixOf } from '@jishi/identifiers';
import { targetColumns, type KnownTarget } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import { groupedBy } from '@jishi/subgraph';
import type { AnnualIncome } from '../income';
import { tellOfVillage, Village } from '../register';
import type { VillageJudgement } from './classification.entities';
import { judge, type ClosedFigures, type Judgement } from './classification.rules';
import { classKeys, profileOf } from './profiles.rules';

type Standing = Pick<
  VillageJudgement,
  | 'areaCode'
  | 'year'
  | 'class'
  | 'weak'
  | 'measure'
  | 'value'
  | 'threshold'
  | 'ruleKey'
  | 'targetId'
  | 'profile'
  | 'yearsAtFloor'
  | 'yearsNeeded'
  | 'rulesOn'
>;

/** Targets of these keys that hold somewhere on a day. */
export const targetsOn = (tx: Pick<Tx, 'query'>, keys: readonly string[], on: CivilDate): Promise<KnownTarget[]> =>
  tx.query<KnownTarget & object>(
    `SELECT ${targetColumns} FROM known_target t
     WHERE t.key = ANY($1) AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2) ORDER BY t.id`,
    [keys, on],
  );

interface Known {
  /** Newest first. */
  readonly years: ReadonlyMap<string, readonly ClosedFigures[]>;
  readonly standings: ReadonlyMap<string, readonly Standing[]>;
}

/** What the closed years of these villages say, newest first, and the judgement that holds for each year. */
async function knownOf(tx: Tx, codes: readonly string[]): Promise<Known> {
  const figures = await tx.query<ClosedFigures & { areaCode: string }>(
    `SELECT area_code AS "areaCode", year, total, operating, operating_surplus AS "operatingSurplus"
     FROM closed_income WHERE area_code = ANY($1) ORDER BY area_code, year DESC`,
    [codes],
  );
  const judgements = await tx.query<Standing & object>(
    `SELECT DISTINCT ON (area_code, year) area_code AS "areaCode", year, class, weak, measure, value, threshold,
       rule_key AS "ruleKey", target_id AS "targetId", profile, years_at_floor AS "yearsAtFloor",
       years_needed AS "yearsNeeded", rules_on AS "rulesOn"
     FROM village_class WHERE area_code = ANY($1) ORDER BY area_code, year DESC, id DESC`,
    [codes],
  );
  return { years: byVillage(codes, figures), standings: byVillage(codes, judgements) };
}

const byVillage = <Row extends { readonly areaCode: string }>(codes: readonly string[], rows: readonly Row[]) =>
  new Map(groupedBy(codes, rows, ({ areaCode }) => areaCode).map((group, index) => [codes[index]!, group]));

interface Told {
  readonly areaCode: string;
  readonly year: number;
  readonly rulesOn: CivilDate;
  readonly judgement: Judgement;
}

/** Judges one year of a village by the targets given; undefined when the year is not closed. */
function judged(
  { years, standings }: Known,
  targets: readonly KnownTarget[],
  areaCode: string,
  year: number,
  rulesOn: CivilDate,
): Told | undefined {
  const closed = (years.get(areaCode) ?? []).filter((figures) => figures.year <= year);
  if (closed[0]?.year !== year) return undefined;
  const before = (standings.get(areaCode) ?? []).find((standing) => standing.year < year);
  const profile = profileOf(targets, areaCode, rulesOn);
  return { areaCode, year, rulesOn, judgement: judge(closed, before?.weak ?? false, profile) };
}

const sameAs = (standing: Standing | undefined, { judgement }: Told): boolean =>
  standing !== undefined &&
  standing.class === judgement.class &&
  standing.weak === judgement.weak &&
  standing.measure === judgement.bound.measure &&
  standing.value === judgement.value &&
  standing.threshold === judgement.bound.amount &&
  standing.ruleKey === judgement.bound.ruleKey &&
  standing.targetId === judgement.bound.targetId &&
  standing.yearsAtFloor === judgement.yearsAtFloor &&
  standing.yearsNeeded === judgement.yearsNeeded;

/** Writes judgements down; earlier ones stay as they are (P12). */
async function writeDown(tx: Tx, told: readonly Told[], cause: VillageJudgement['cause']): Promise<void> {
  if (told.length === 0) return;
  const rows = told.map(({ areaCode, year, rulesOn, judgement: { bound, ...rest } }) => ({
    area_code: areaCode,
    year,
    class: rest.class,
    weak: rest.weak,
    measure: bound.measure,
    value: rest.value,
    threshold: bound.amount,
    rule_key: bound.ruleKey,
    rule_document: bound.document,
    rule_article: bound.article,
    target_id: bound.targetId,
    profile: bound.profile,
    years_at_floor: rest.yearsAtFloor,
    years_needed: rest.yearsNeeded,
    rules_on: rulesOn,
  }));
  await tx.query(
    `INSERT INTO village_class (area_code, year, class, weak, measure, value, threshold, rule_key, rule_document, rule_article,
       target_id, profile, years_at_floor, years_needed, rules_on, cause, judged_on, created_at, created_by)
     SELECT r.area_code, r.year, r.class, r.weak, r.measure, r.value, r.threshold, r.rule_key, r.rule_document, r.rule_article,
       r.target_id, r.profile, r.years_at_floor, r.years_needed, r.rules_on, $2, $3, $4, $5
     FROM jsonb_to_recordset($1::jsonb) AS r (area_code text, year int, class text, weak boolean, measure text,
       value bigint, threshold bigint, rule_key text, rule_document text, rule_article text, target_id uuid, profile text,
       years_at_floor int, years_needed int, rules_on date)`,
    [JSON.stringify(rows), cause, tx.today, tx.now, tx.actor.account],
  );
}

/** Puts the judgement of the newest closed year on the village, and tells of a changed class. The village is locked. */
async function stand(tx: Tx, village: Village, { year, judgement }: Told): Promise<void> {
  const { class: from, weak: wasWeak } = village;
  const { class: to, weak, bound } = judgement;
  await tx.save(village, { class: to, weak, classYear: year });
  if (from === to && wasWeak === weak) return;
  const { areaCode } = village;
  tx.emit(
    classificationChanged({ areaCode, year, from, to, profile: bound.profile, weak, on: tx.today }, { areaCode }),
  );
  tellOfVillage(tx, village);
}

/**
 * Judges a village whose year was just closed (VIL-03, 04, 07, 08): by the rules and targets of the day of the first close, also when
 * the year is closed again after a revision. A later year that stands on it is judged anew as well, by its own rules.
 */
export async function judgeClosedYear(
  tx: Tx,
  { areaCode, year, revision }: Pick<AnnualIncome, 'areaCode' | 'year' | 'revision'>,
): Promise<void> {
  // Whoever closes the year was found to be in charge of it; from here on nobody else judges this village.
  const village = await tx.unscoped.lock(Village, areaCode);
  const cause = revision === 0 ? 'CLOSE' : 'REVISION';
  for (const each of await yearsToJudge(tx, village, year)) {
    const known = await knownOf(tx, [areaCode]);
    const standing = known.standings.get(areaCode)?.find((one) => one.year === each);
    const rulesOn = standing?.rulesOn ?? tx.today;
    const told = judged(known, await targetsOn(tx, classKeys, rulesOn), areaCode, each, rulesOn);
    if (!told) continue;
    if (each === year || !sameAs(standing, told)) await writeDown(tx, [told], cause);
    if (each === known.years.get(areaCode)![0]!.year) await stand(tx, village, told);
  }
  await judgeSuccessor(tx, village, year);
}

/** The closed years of a village from one on, oldest first. The part before a merger is no year: it counts with the successor. */
async function yearsToJudge(tx: Tx, { areaCode, mergedOn }: Village, from: number): Promise<number[]> {
  const rows = await tx.query<{ year: number }>(
    `SELECT year FROM closed_income WHERE area_code = $1 AND year >= $2 AND year < coalesce(extract(year FROM $3::date), 'infinity')
     ORDER BY year`,
    [areaCode, from, mergedOn],
  );
  return rows.map(({ year }) => year);
}

/** The year of the merger counts with the successor: when its part is revised, the successor is judged anew. */
async function judgeSuccessor(tx: Tx, { mergedOn, replacedBy }: Village, year: number): Promise<void> {
  const [successor] = replacedBy;
  if (mergedOn === null || replacedBy.length !== 1 || Number(mergedOn.slice(0, 4)) !== year) return;
  const closed = await tx.query('SELECT 1 FROM closed_income WHERE area_code = $1 AND year = $2', [successor, year]);
  if (closed.length > 0) await judgeClosedYear(tx, { areaCode: successor!, year, revision: 1 });
}

/**
 * Judges the newest closed year of every village of some areas by the rules and targets of today. Only what comes out otherwise than
 * before is written down, so that doing it again does nothing.
 */
export async function judgeAreas(tx: Tx, areaCodes: readonly string[]): Promise<void> {
  const prefixes = areaCodes.map((code) => `${areaPrefixOf(code)}%`);
  const found = await tx.query<{ code: string }>(
    `SELECT v.area_code AS code FROM village v WHERE v.area_code LIKE ANY($1) AND v.status = 'ACTIVE'
       AND EXISTS (SELECT FROM annual_income a WHERE a.area_code = v.area_code AND a.closed_on IS NOT NULL)`,
    [prefixes],
  );
  const codes = found.map(({ code }) => code);
  if (codes.length === 0) return;
  // The target holds for all villages of the area, whoever set it.
  const villages = await tx.unscoped.lockAll(Village, codes);
  const known = await knownOf(tx, codes);
  const targets = await targetsOn(tx, classKeys, tx.today);
  const changed: { village: Village; told: Told }[] = [];
  for (const village of villages) {
    const { areaCode } = village;
    const year = known.years.get(areaCode)?.[0]?.year;
    const told = year === undefined ? undefined : judged(known, targets, areaCode, year, tx.today);
    const standing = known.standings.get(areaCode)?.find((one) => one.year === year);
    if (told && !sameAs(standing, told)) changed.push({ village, told });
  }
  await writeDown(
    tx,
    changed.map(({ told }) => told),
    'TARGET',
  );
  for (const { village, told } of changed) await stand(tx, village, told);
}

/** The clock of every day: where a target began or ended since the day before, the villages are judged anew (P12). */
export async function judgeByClock(tx: Tx): Promise<void> {
  await tx.query(`INSERT INTO classification_clock (applied_on) VALUES ('2000-01-01') ON CONFLICT DO NOTHING`);
  const [clock] = await tx.query<{ on: CivilDate }>('SELECT applied_on AS on FROM classification_clock FOR UPDATE');
  const areas = await tx.query<{ code: string }>(
    `SELECT DISTINCT area_code AS code FROM known_target WHERE key = ANY($1)
       AND (valid_from > $2 AND valid_from <= $3 OR valid_to > $2 AND valid_to <= $3)`,
    [classKeys, clock!.on, tx.today],
  );
  if (areas.length > 0)
    await judgeAreas(
      tx,
      areas.map(({ code }) => code),
    );
  await tx.query('UPDATE classification_clock SET applied_on = greatest(applied_on, $1::date)', [tx.today]);
}
