import { idOfCode } from './random';
import type { AreaRow, OrganizationRow, UnitRow } from './rows';
import { usccOf } from './units';

/** Departments of a county by the code under which the lists of other services name them; some are also codes of roles. */
export const departments = {
  JU: '司法局',
  HO: '住房和城乡建设局',
  EM: '应急管理局',
  CM: '城市管理局',
  WA: '水利局',
  HR: '人力资源和社会保障局',
  CA: '民政局',
  AG: '农业农村局',
  MR: '市场监督管理局',
  GA: '行政审批和政务信息管理局',
  SP: '体育发展中心',
  CO: '委组织部',
} as const;
export type Department = keyof typeof departments;
const codes = Object.keys(departments) as Department[];

/** A unit to which matters are sent, and its highest Party organisation; null where it has none in this size of the city. */
export interface Office {
  readonly id: string;
  readonly orgId: string | null;
}

/**
 * Gives the departments of every county their code; a department that the register does not have, because no branch was drawn for
 * it, is added without one.
 */
export function withDepartments(units: readonly UnitRow[], areas: readonly AreaRow[]): UnitRow[] {
  const counties = areas.filter(({ level }) => level === 'COUNTY');
  const codeOf = new Map<string, Department>(
    counties.flatMap(({ code, name }) => codes.map((each) => [`${code} ${name}${departments[each]}`, each] as const)),
  );
  const rows = units.map((unit) => ({
    ...unit,
    departmentCode: codeOf.get(`${unit.areaCode} ${unit.name}`) ?? null,
  }));
  const known = new Set(rows.map(({ areaCode, name }) => `${areaCode} ${name}`));
  for (const { code: areaCode, name: county } of counties)
    for (const departmentCode of codes) {
      const name = `${county}${departments[departmentCode]}`;
      if (known.has(`${areaCode} ${name}`)) continue;
      rows.push({
        id: idOfCode('unit', `${areaCode} ${name}`),
        name,
        uscc: usccOf('ORGAN', areaCode, rows.length),
        kind: 'ORGAN',
        areaCode,
        leadershipMode: 'ORGAN',
        status: 'ACTIVE',
        departmentCode,
      });
    }
  return rows;
}

/** The departments of every county as offices. */
export function officesOf(
  units: readonly UnitRow[],
  organizations: readonly OrganizationRow[],
): ReadonlyMap<string, ReadonlyMap<Department, Office>> {
  const heads = new Map<string, OrganizationRow>();
  for (const row of organizations) {
    const known = heads.get(row.host.id);
    if (row.host.kind === 'UNIT' && row.status === 'ACTIVE' && (!known || row.depth < known.depth))
      heads.set(row.host.id, row);
  }
  const offices = new Map<string, Map<Department, Office>>();
  for (const { id, areaCode, departmentCode } of units) {
    const code = codes.find((each) => each === departmentCode);
    if (!code) continue;
    const ofCounty = offices.get(areaCode) ?? new Map<Department, Office>();
    offices.set(areaCode, ofCounty.set(code, { id, orgId: heads.get(id)?.id ?? null }));
  }
  return offices;
}
