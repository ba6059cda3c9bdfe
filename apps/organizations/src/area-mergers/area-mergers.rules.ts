import type { Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { AreaKind, AreaLevel } from '../areas';

interface AreaFacts {
  readonly code: string;
  readonly level: AreaLevel;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
}

interface Successor {
  readonly code: string;
  readonly name?: string | null;
  readonly kind: AreaKind | null;
  /** Its code is recorded already. */
  readonly exists: boolean;
  /** Its code was in use once and is not any more. */
  readonly gone: boolean;
}

/** Why areas may not be merged, if there is a reason (P11). `children`: areas in use within those that would cease. */
export function refuseMerger(
  areas: readonly AreaFacts[],
  successor: Successor,
  children: number,
  on: CivilDate,
): Refusal | undefined {
  const ceasing = areas.filter(({ code }) => code !== successor.code);
  if (ceasing.length === 0)
    return {
      code: 'NOTHING_TO_MERGE',
      field: 'codes',
      wording: { zh: '没有需要停用的代码', en: 'No code would cease' },
    };
  const gone = successor.gone ? successor : areas.find(({ validTo }) => validTo !== null);
  if (gone)
    return {
      code: 'AREA_NOT_IN_USE',
      field: 'codes',
      wording: { zh: '区划代码{code}已停用', en: 'The code {code} is no longer in use' },
      params: { code: gone.code },
    };
  const upper = areas.find(({ level }) => level !== 'GRASSROOTS');
  if (upper || successor.code.length !== 12)
    return {
      code: 'NOT_A_GRASSROOTS_AREA',
      field: 'codes',
      wording: { zh: '只能合并村、社区（12位代码）', en: 'Only villages and communities can be merged' },
    };
  if (children > 0)
    return {
      code: 'AREA_HAS_CHILDREN',
      field: 'codes',
      wording: { zh: '下面仍有在用的区划', en: 'There are areas in use within them' },
    };
  const younger = areas.find(({ validFrom }) => on <= validFrom);
  if (younger)
    return {
      code: 'EFFECTIVE_BEFORE_LAST_CHANGE',
      field: 'on',
      wording: {
        zh: '生效日期须晚于{code}的启用日期{from}',
        en: 'The day must lie after {from}, when {code} came into use',
      },
      params: { code: younger.code, from: younger.validFrom },
    };
  if (!successor.exists && (!successor.name?.trim() || successor.kind === null))
    return {
      code: 'SUCCESSOR_UNNAMED',
      field: 'successor.name',
      wording: { zh: '新代码必须填写名称和类型', en: 'A new code needs a name and a kind' },
    };
  return undefined;
}
