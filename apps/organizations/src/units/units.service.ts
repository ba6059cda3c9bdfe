import { must } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput, ruleBroken } from '@jishi/errors';
import { unitChanged } from '@jishi/event-contracts';
import { checkCreditCode, normaliseCreditCode } from '@jishi/identifiers';
import { asc, ordering, type PageArguments } from '@jishi/pagination';
import { listOf, readRows, where, within, type Context, insideArea } from '@jishi/subgraph';
import { Area, beginsWith } from '../areas';
import { placeOfArea } from '../register';
import { PublicUnit, type LeadershipMode, type UnitKind } from './units.entities';

export type PublicUnitRow = Pick<
  PublicUnit,
  'id' | 'version' | 'name' | 'uscc' | 'kind' | 'areaCode' | 'leadershipMode' | 'departmentCode' | 'status'
>;

export interface PublicUnitsArguments extends PageArguments {
  readonly filter?: {
    readonly areaCode?: string | null;
    readonly kind?: UnitKind | null;
    readonly namePrefix?: string | null;
  } | null;
}

export interface RecordPublicUnitInput {
  readonly id?: string | null;
  readonly version?: number | null;
  readonly name: string;
  readonly uscc?: string | null;
  readonly kind: UnitKind;
  readonly areaCode: string;
  readonly leadershipMode?: LeadershipMode | null;
  readonly departmentCode?: string | null;
  readonly status?: 'ACTIVE' | 'CLOSED' | null;
}

const columns = `u.id, u.version, u.name, u.uscc, u.kind, u.area_code AS "areaCode", u.leadership_mode AS "leadershipMode",
  u.department_code AS "departmentCode", u.status`;
const byName = ordering('public-units', [asc('u.name', 'text'), asc('u.id', 'uuid')]);

/** Public units by name (ORG-01). */
export const listPublicUnits = (ctx: Context, { filter, ...page }: PublicUnitsArguments) =>
  listOf<PublicUnitRow>(
    ctx,
    {
      name: 'public-units',
      select: columns,
      from: 'public_unit u',
      ordering: byName,
      conditions: [
        within(ctx, PublicUnit, 'u'),
        filter?.areaCode ? insideArea('u', filter.areaCode) : null,
        filter?.kind ? where('u.kind = ?', filter.kind) : null,
        filter?.namePrefix ? beginsWith('u.name', filter.namePrefix) : null,
      ],
    },
    page,
  );

export const publicUnitsByIds = (ctx: Context, ids: readonly string[]): Promise<PublicUnitRow[]> =>
  readRows<PublicUnitRow>(
    ctx,
    'public-units-by-id',
    `SELECT ${columns} FROM public_unit u WHERE {where}`,
    within(ctx, PublicUnit, 'u'),
    where('u.id = ANY(?)', ids),
  );

/** Records a unit, or changes it (ORG-01). The credit code is checked by GB 32100. */
export const recordPublicUnit = (ctx: Context, input: RecordPublicUnitInput): Promise<PublicUnit> =>
  ctx.transact(async (tx) => {
    const area = await tx.get(Area, input.areaCode);
    must(tx.actor, 'units:keep', await placeOfArea(tx, area.code), tx.today);
    if (area.validTo !== null)
      throw invalidInput('areaCode', {
        zh: '该区划代码已停用，请使用现行代码',
        en: 'This area code is no longer in use; take the current one',
      });
    const refusal = input.uscc ? checkCreditCode(input.uscc) : null;
    if (refusal) throw ruleBroken(refusal);

    const facts = {
      name: input.name,
      uscc: input.uscc ? normaliseCreditCode(input.uscc) : null,
      kind: input.kind,
      areaCode: area.code,
      leadershipMode: input.leadershipMode ?? null,
      departmentCode: input.departmentCode ?? null,
      status: input.status ?? 'ACTIVE',
    };
    const unit = input.id
      ? await changed(await tx.lock(PublicUnit, input.id, input.version ?? undefined))
      : await tx.insert(PublicUnit, facts);

    async function changed(known: PublicUnit): Promise<PublicUnit> {
      must(tx.actor, 'units:keep', await placeOfArea(tx, known.areaCode), tx.today);
      return tx.save(known, facts);
    }

    tellOf(tx, unit);
    return unit;
  });

const tellOf = (tx: Tx, { id, uscc, kind, departmentCode, areaCode, status }: PublicUnit): void =>
  tx.emit(unitChanged({ unitId: id, uscc, kind, departmentCode, areaCode, status }, { areaCode }));

/** Gives the units of areas that were merged away the code of the successor (P11). */
export async function relocateUnits(tx: Tx, fromCodes: readonly string[], toCode: string): Promise<void> {
  // Whoever may merge areas does so for all that stands in them.
  const units = await tx.unscoped.findAll(PublicUnit, { areaCode: fromCodes });
  for (const unit of await tx.unscoped.lockAll(
    PublicUnit,
    units.map(({ id }) => id),
  )) {
    await tx.save(unit, { areaCode: toCode });
    tellOf(tx, unit);
  }
}
