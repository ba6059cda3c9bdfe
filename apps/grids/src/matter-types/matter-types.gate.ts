import type { Tx } from '@jishi/database';
import { ruleBroken } from '@jishi/errors';
import type { GridDuty, MatterLevel, MatterTypeState } from './matter-types.entities';
import { notAdmitted, type MatterLimits } from './matter-types.rules';

/** A type as a matter is entered by it. */
export interface TypeInForce {
  readonly code: string;
  readonly edition: number;
  readonly areaCode: string;
  readonly state: MatterTypeState;
  readonly name: string;
  readonly gridDuty: GridDuty;
  readonly level: MatterLevel;
  readonly ownerUnitId: string | null;
  readonly ownerDepartmentCode: string | null;
  readonly emergency: boolean;
  readonly limits: MatterLimits;
}

const columns = `t.code, e.edition, t.area_code AS "areaCode", t.state, e.name, e.grid_duty AS "gridDuty", e.level,
  e.owner_unit_id AS "ownerUnitId", e.owner_department_code AS "ownerDepartmentCode", e.emergency, e.limits`;

/**
 * The type, when it is admitted for this place now and stays so until the transaction ends; otherwise TYPE_NOT_ADMITTED with the
 * automatic reply. Nothing reaches a grid without passing here (GRD-07).
 */
export async function admittedType(tx: Tx, code: string, place: string): Promise<TypeInForce> {
  const [type] = await tx.query<TypeInForce & object>(
    `SELECT ${columns} FROM matter_type t JOIN matter_type_edition e ON e.code = t.code AND e.edition = t.edition
     WHERE t.code = $1 FOR SHARE OF t`,
    [code],
  );
  const refusal = notAdmitted(code, type, place);
  if (refusal) throw ruleBroken(refusal);
  return type!;
}

/** The edition by which a matter was entered: its limits hold for it whatever the list says since. */
export async function editionOf(tx: Tx, code: string, edition: number): Promise<TypeInForce> {
  const [type] = await tx.query<TypeInForce & object>(
    `SELECT ${columns} FROM matter_type t JOIN matter_type_edition e ON e.code = t.code WHERE t.code = $1 AND e.edition = $2`,
    [code, edition],
  );
  if (!type) throw new Error(`the edition ${edition} of the type ${code} is not there`);
  return type;
}
