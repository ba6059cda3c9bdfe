import { must, placeOf } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { ruleBroken, type Refusal } from '@jishi/errors';
import { entityChanged, entityClosed, entityRegistered } from '@jishi/event-contracts';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import { areaInUse } from '@jishi/known-register';
import type { CivilDate } from '@jishi/periods';
import type { Context } from '@jishi/subgraph';
import {
  NonPublicEntity,
  type EntityKind,
  type FormTag,
  type Operating,
  type Registrar,
  type SizeClass,
} from './entities.entities';
import { tellFollowers } from './entities.followers';
import { alreadyClosed, refuseClosing, refuseFacts, refuseMerger } from './entities.rules';
import { classify } from './entities.sizes';

/** The facts that a registrar, a town or an import gives; what is left out stays as it is. */
export interface EntityFactsInput {
  readonly name?: string | null;
  readonly uscc?: string | null;
  readonly kind?: EntityKind | null;
  readonly tradeCode?: string | null;
  readonly size?: SizeClass | null;
  readonly areaCode?: string | null;
  readonly gridId?: string | null;
  readonly address?: string | null;
  readonly employees?: number | null;
  readonly revenue?: number | null;
  readonly assets?: number | null;
  readonly operating?: Operating | null;
  readonly ownerPersonId?: string | null;
  readonly contactPersonId?: string | null;
  readonly registeredOn?: CivilDate | null;
  readonly succeedsUscc?: string | null;
  readonly formTags?: readonly FormTag[] | null;
}

export interface RecordEntityInput extends EntityFactsInput {
  readonly registrar: Registrar;
  readonly name: string;
  readonly kind: EntityKind;
  readonly areaCode: string;
}

export interface ChangeEntityInput extends EntityFactsInput {
  readonly id: string;
  readonly version: number;
}

const refuseIf = (refusal: Refusal | null | undefined): void => {
  if (refusal) throw ruleBroken(refusal);
};

/** Market regulation keeps enterprises, civil affairs social organisations; towns and the organisation department both. */
const ofRegistrar = { MR: 'entities:market', CA: 'entities:civil' } as const;

/** Where an entity stands: it belongs to its area and to no organisation. */
export const entityPlace = (entity: Pick<NonPublicEntity, 'areaCode'>) => placeOf({ areaCode: entity.areaCode });

function mustKeep(tx: Tx, { registrar, areaCode }: { readonly registrar: Registrar; readonly areaCode: string }): void {
  must(tx.actor, 'entities:keep', entityPlace({ areaCode }), tx.today);
  must(tx.actor, ofRegistrar[registrar], entityPlace({ areaCode }), tx.today, {
    zh: '企业由市场监管部门维护，社会组织由民政部门维护',
    en: 'Market regulation keeps enterprises, civil affairs keeps social organisations',
  });
}

const eventOf = (entity: NonPublicEntity) => ({
  entityId: entity.id,
  uscc: entity.uscc,
  registrar: entity.registrar,
  kind: entity.kind,
  formTags: entity.formTags,
  areaCode: entity.areaCode,
  gridId: entity.gridId,
  employees: entity.employees,
  operating: entity.operating,
});

/** Tells the others how a record stands now; its row is locked by this transaction. */
export const tellEntity = (tx: Tx, entity: NonPublicEntity): void =>
  tx.emit(entityChanged(eventOf(entity), { areaCode: entity.areaCode }));

/**
 * Refuses a credit code under which another open record stands, naming that record where the caller may see it. Two who record the
 * same code at once come one after the other here.
 */
async function codeMustBeFree(tx: Tx, uscc: string | null, own?: string): Promise<void> {
  if (uscc === null) return;
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('entity.uscc:' || $1, 0))`, [uscc]);
  // One code is one body in the whole city, whoever may see its record.
  const standing = await tx.unscoped.find(NonPublicEntity, { uscc, closedOn: null });
  if (!standing || standing.id === own) return;
  const visible = await tx.find(NonPublicEntity, { id: standing.id });
  throw ruleBroken({
    code: 'CREDIT_CODE_TAKEN',
    field: 'uscc',
    wording: visible
      ? {
          zh: '信用代码{code}已登记：{name}（{id}）',
          en: 'The credit code {code} is recorded already: {name} ({id})',
        }
      : {
          zh: '信用代码{code}已在您管理范围以外登记',
          en: 'The credit code {code} is recorded already, outside your scope',
        },
    params: { code: uscc, ...(visible && { name: visible.name, id: visible.id }) },
  });
}

/** A suspected duplicate may come with a code that is wrong or taken; it is kept as it was written, beside the record. */
async function codeOf(
  tx: Tx,
  given: string | null,
  registrar: Registrar,
  operating: Operating,
  own?: string,
): Promise<Pick<NonPublicEntity, 'uscc' | 'usccAsWritten'>> {
  if (given === null) return { uscc: null, usccAsWritten: null };
  const code = normaliseCreditCode(given);
  if (operating !== 'DUPLICATE') return { uscc: code, usccAsWritten: null };
  // One code is one body in the whole city, whoever may see its record.
  const standing = await tx.unscoped.find(NonPublicEntity, { uscc: code, closedOn: null });
  const unusable = checkCreditCode(code) !== null || (standing !== null && standing.id !== own);
  return unusable ? { uscc: null, usccAsWritten: code } : { uscc: code, usccAsWritten: null };
}

const sized = (
  tx: Tx,
  facts: Pick<NonPublicEntity, 'tradeCode' | 'revenue' | 'assets'> & { readonly employees: number | null },
  told: SizeClass | null,
): Pick<NonPublicEntity, 'size' | 'sizeRule'> => {
  const judged = classify(facts.tradeCode, facts, tx.today);
  return judged ? { size: judged.size, sizeRule: judged.rule } : { size: told, sizeRule: null };
};

/** Records an enterprise or a social organisation (ENT-01). */
export const recordEntity = (ctx: Context, input: RecordEntityInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    mustKeep(tx, input);
    await areaInUse(tx, input.areaCode, tx.today);
    const { registrar, kind, name, areaCode } = input;
    const operating = input.operating ?? 'OPEN';
    const code = await codeOf(tx, blankless(input.uscc), registrar, operating);
    const facts = {
      registrar,
      kind,
      name: name.trim(),
      areaCode,
      operating,
      ...code,
      tradeCode: blankless(input.tradeCode)?.toUpperCase() ?? null,
      gridId: input.gridId ?? null,
      address: blankless(input.address),
      employees: input.employees ?? 0,
      revenue: input.revenue ?? null,
      assets: input.assets ?? null,
      ownerPersonId: input.ownerPersonId ?? null,
      contactPersonId: input.contactPersonId ?? null,
      registeredOn: input.registeredOn ?? null,
      succeedsUscc: codeOrNull(input.succeedsUscc),
      formTags: [...new Set(input.formTags ?? [])],
    };
    refuseIf(refuseFacts({ ...facts, today: tx.today }));
    await codeMustBeFree(tx, code.uscc);
    const entity = await tx.insert(NonPublicEntity, {
      ...facts,
      ...sized(tx, { ...facts, employees: input.employees ?? null }, input.size ?? null),
    });
    tx.emit(entityRegistered(eventOf(entity), { areaCode }));
    await tellFollowers((follower) => follower.changed?.(tx, entity));
    return { id: entity.id };
  });

/** Changes what is recorded of an entity (ENT-01). */
export const changeEntity = (ctx: Context, input: ChangeEntityInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const entity = await tx.lock(NonPublicEntity, input.id, input.version);
    mustKeep(tx, entity);
    refuseIf(entity.closedOn === null ? null : alreadyClosed(entity.closedOn));
    const areaCode = input.areaCode ?? entity.areaCode;
    if (areaCode !== entity.areaCode) {
      mustKeep(tx, { ...entity, areaCode });
      await areaInUse(tx, areaCode, tx.today);
    }
    const operating = input.operating ?? entity.operating;
    const given = input.uscc === undefined ? entity.uscc : blankless(input.uscc);
    const code =
      input.uscc === undefined
        ? { uscc: entity.uscc, usccAsWritten: entity.usccAsWritten }
        : await codeOf(tx, given, entity.registrar, operating, entity.id);
    const facts = {
      name: input.name?.trim() ?? entity.name,
      kind: input.kind ?? entity.kind,
      areaCode,
      operating,
      ...code,
      tradeCode: input.tradeCode === undefined ? entity.tradeCode : (blankless(input.tradeCode)?.toUpperCase() ?? null),
      gridId: input.gridId === undefined ? entity.gridId : input.gridId,
      address: input.address === undefined ? entity.address : blankless(input.address),
      employees: input.employees ?? entity.employees,
      revenue: input.revenue === undefined ? entity.revenue : input.revenue,
      assets: input.assets === undefined ? entity.assets : input.assets,
      ownerPersonId: input.ownerPersonId === undefined ? entity.ownerPersonId : input.ownerPersonId,
      contactPersonId: input.contactPersonId === undefined ? entity.contactPersonId : input.contactPersonId,
      registeredOn: input.registeredOn === undefined ? entity.registeredOn : input.registeredOn,
      succeedsUscc: input.succeedsUscc === undefined ? entity.succeedsUscc : codeOrNull(input.succeedsUscc),
      formTags: input.formTags ? [...new Set(input.formTags)] : entity.formTags,
    };
    refuseIf(refuseFacts({ ...facts, registrar: entity.registrar, today: tx.today }));
    if (facts.uscc !== entity.uscc) await codeMustBeFree(tx, facts.uscc, entity.id);
    await tx.save(entity, { ...facts, ...sizeAfter(tx, entity, facts, input) });
    tellEntity(tx, entity);
    await tellFollowers((follower) => follower.changed?.(tx, entity));
    return { id: entity.id };
  });

/** A size follows its measures when one of them is told; otherwise it is what was recorded. */
function sizeAfter(
  tx: Tx,
  entity: NonPublicEntity,
  facts: Pick<NonPublicEntity, 'tradeCode' | 'revenue' | 'assets' | 'employees'>,
  input: ChangeEntityInput,
): Pick<NonPublicEntity, 'size' | 'sizeRule'> {
  const told = input.size === undefined ? entity.size : input.size;
  const measured = (['employees', 'revenue', 'assets', 'tradeCode'] as const).some((fact) => input[fact] !== undefined);
  if (!measured && entity.sizeRule === null) return { size: told, sizeRule: null };
  return sized(tx, facts, told);
}

const blankless = (text: string | null | undefined): string | null => text?.trim() || null;
const codeOrNull = (text: string | null | undefined): string | null => {
  const code = blankless(text);
  return code === null ? null : normaliseCreditCode(code);
};

export interface CloseEntityInput {
  readonly id: string;
  readonly version: number;
  readonly on: CivilDate;
  readonly reason: string;
}

/** 注销: the registration ended; what stood there ends with it (ENT-01). */
export const closeEntity = (ctx: Context, input: CloseEntityInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const entity = await tx.lock(NonPublicEntity, input.id, input.version);
    mustKeep(tx, entity);
    refuseIf(refuseClosing(entity, input.on, input.reason, tx.today));
    await tx.save(entity, { operating: 'CLOSED', closedOn: input.on, closeReason: input.reason.trim() });
    await tellFollowers((follower) => follower.closed?.(tx, entity, input.on));
    tellClosed(tx, entity, input.on);
    return { id: entity.id };
  });

const tellClosed = (tx: Tx, { id, uscc, mergedIntoId, areaCode }: NonPublicEntity, on: CivilDate): void =>
  tx.emit(entityClosed({ entityId: id, uscc, mergedIntoId, on }, { areaCode }));

export interface MergeEntitiesInput {
  readonly keepId: string;
  readonly mergedId: string;
  readonly reason: string;
}

/** 合并重复记录: one record is kept; the other is closed, points to it, and what belonged to it follows (ENT-01). */
export const mergeEntities = (ctx: Context, input: MergeEntitiesInput): Promise<{ id: string; mergedId: string }> =>
  ctx.transact(async (tx) => {
    // In the order of their ids, so that two who merge the same records the other way round wait instead of blocking each other.
    for (const id of [...new Set([input.keepId, input.mergedId])].sort()) await tx.lock(NonPublicEntity, id);
    const kept = await tx.get(NonPublicEntity, input.keepId);
    const merged = await tx.get(NonPublicEntity, input.mergedId);
    for (const entity of [kept, merged]) {
      mustKeep(tx, entity);
      must(tx.actor, 'entities:merge', entityPlace(entity), tx.today);
    }
    refuseIf(refuseMerger(kept, merged, input.reason));
    await tx.save(merged, {
      operating: 'CLOSED',
      closedOn: merged.closedOn ?? tx.today,
      mergedIntoId: kept.id,
      closeReason: input.reason.trim(),
    });
    await tellFollowers((follower) => follower.merged?.(tx, merged, kept, tx.today));
    tellClosed(tx, merged, merged.closedOn!);
    tellEntity(tx, kept);
    return { id: kept.id, mergedId: merged.id };
  });
