import type { Refusal } from '@jishi/errors';
import { lifecycle, type Guard } from '@jishi/lifecycles';
import type { CivilDate } from '@jishi/periods';
import { citationOf, ruleInForce } from '@jishi/rule-sets';
import type { GridStatus, GridTier } from './grid-tree.entities';
import type { Level } from './levels.rules';

/** A grid as its steps look at it. */
export interface GridFacts {
  readonly state: GridStatus;
  readonly tier: GridTier;
  readonly code: string;
  /** Whether the grid above it is active; true for the uppermost level. */
  readonly parentActive: boolean;
  /** How many grids below it have not ended. */
  readonly openChildren: number;
  readonly reason?: string | null;
}

const parentNotActive: Guard<GridFacts> = ({ parentActive }) =>
  !parentActive && {
    code: 'PARENT_NOT_ACTIVE',
    field: 'parentId',
    wording: { zh: '上级网格尚未启用', en: 'The grid above it is not active yet' },
  };

const childrenLeft: Guard<GridFacts> = ({ openChildren }) =>
  openChildren > 0 && {
    code: 'GRIDS_LEFT_BELOW',
    field: 'id',
    wording: {
      zh: '其下还有{count}个网格，请先调整下级网格',
      en: '{count} grids are left below it; deal with those first',
    },
    params: { count: openChildren },
  };

/** What stands for an area as a whole follows the register of areas. */
const followsTheArea: Guard<GridFacts> = ({ tier, code }) =>
  !hasSerial(tier) && {
    code: 'FOLLOWS_THE_AREA',
    field: 'grids',
    wording: {
      zh: '网格{code}与区划一致，随区划调整，不单独合并',
      en: 'The grid {code} stands for its area and follows the register of areas',
    },
    params: { code },
  };

const onlyBasicGridsDivide: Guard<GridFacts> = ({ tier, code }) =>
  tier !== 'BASIC' && {
    code: 'ONLY_BASIC_GRIDS_DIVIDE',
    field: 'id',
    wording: {
      zh: '网格{code}不是基础网格，不能拆分',
      en: 'The grid {code} is no basic grid and is not divided',
    },
    params: { code },
  };

/** 网格状态: PLANNED → ACTIVE → MERGED / SPLIT / RETIRED (model.md §6.2). */
export const gridSteps = lifecycle<GridFacts, GridStatus>({
  zh: '网格',
  en: 'grid',
  states: {
    PLANNED: { zh: '拟设', en: 'planned' },
    ACTIVE: { zh: '启用', en: 'active' },
    MERGED: { zh: '已合并', en: 'merged' },
    SPLIT: { zh: '已拆分', en: 'split' },
    RETIRED: { zh: '已撤销', en: 'retired' },
  },
})({
  activate: {
    zh: '启用',
    en: 'activate',
    from: 'PLANNED',
    to: 'ACTIVE',
    who: 'grids:keep',
    unless: [parentNotActive],
  },
  // The grids below move with the one that takes over.
  merge: { zh: '合并', en: 'merge', from: 'ACTIVE', to: 'MERGED', who: 'grids:keep', unless: [followsTheArea] },
  split: {
    zh: '拆分',
    en: 'split',
    from: 'ACTIVE',
    to: 'SPLIT',
    who: 'grids:keep',
    unless: [onlyBasicGridsDivide, childrenLeft],
  },
  retire: {
    zh: '撤销',
    en: 'retire',
    from: ['PLANNED', 'ACTIVE'],
    to: 'RETIRED',
    who: 'grids:keep',
    needs: ['reason'],
    unless: [childrenLeft],
  },
});

/** Whether a grid of this tier has a serial of its own within its community, or stands for its area as a whole. */
export const hasSerial = (tier: GridTier): boolean => tier === 'BASIC' || tier === 'BUILDING';

const digitsOf: Readonly<Record<GridTier, number>> = { COUNTY: 6, TOWN: 9, GRASSROOTS: 12, BASIC: 12, BUILDING: 12 };

const serialOf = (code: string): number => Number(code.slice(-3));
/** 12 digits of the area, filled with zeros, and 3 of the serial. */
const codeOf = (areaCode: string, serial: number): string =>
  `${areaCode.padEnd(12, '0')}${String(serial).padStart(3, '0')}`;

/** A grid of a level belongs to an area of its length: a basic grid to exactly one community or village (rules.md §6.1). */
export const areaDoesNotFit = (areaCode: string, level: Level): Refusal | false =>
  areaCode.length !== digitsOf[level.tier] && {
    code: 'AREA_DOES_NOT_FIT_LEVEL',
    field: 'areaCode',
    wording: {
      zh: '{level}应填写{digits}位区划代码；每个网格只属于一个村（社区）或其上级',
      en: 'A {level} takes an area code of {digits} digits; a grid belongs to exactly one area',
    },
    params: { level: level.zh, digits: digitsOf[level.tier] },
  };

/**
 * The next code of an area that was never used (rules.md §6.2): serials from 001, special grids from 900; grids that stand for an
 * area as a whole have the serial 000. A refusal when the serials are used up.
 */
export function proposedCode(
  areaCode: string,
  { tier }: Pick<Level, 'tier'>,
  special: boolean,
  used: readonly string[],
  on: CivilDate,
): string | Refusal {
  if (!hasSerial(tier)) return codeOf(areaCode, 0);
  const specialFrom = ruleInForce('grid.serial.special-from', on).value;
  const [first, beyond] = special ? [specialFrom, 1000] : [1, specialFrom];
  const taken = used.map(serialOf).filter((serial) => serial >= first && serial < beyond);
  const next = Math.max(first - 1, ...taken) + 1;
  if (next < beyond) return codeOf(areaCode, next);
  const free = Array.from({ length: beyond - first }, (_, index) => first + index).find(
    (serial) => !taken.includes(serial),
  );
  return free === undefined
    ? {
        code: 'SERIALS_USED_UP',
        field: 'areaCode',
        wording: { zh: '{area}的网格顺序号已用完', en: 'The serials of {area} are used up' },
        params: { area: areaCode },
      }
    : codeOf(areaCode, free);
}

/** A code that the office gives must be the area's, with a serial of the right range. */
export function codeDoesNotFit(
  code: string,
  areaCode: string,
  { tier }: Pick<Level, 'tier'>,
  special: boolean,
  on: CivilDate,
): Refusal | false {
  const rule = ruleInForce('grid.serial.special-from', on);
  const serial = serialOf(code);
  const fits = !/^\d{15}$/.test(code)
    ? false
    : !hasSerial(tier)
      ? serial === 0
      : special
        ? serial >= rule.value
        : serial >= 1 && serial < rule.value;
  return (
    !(fits && code.startsWith(areaCode.padEnd(12, '0'))) && {
      code: 'GRID_CODE_DOES_NOT_FIT',
      field: 'code',
      wording: {
        zh: '网格代码“{code}”应为12位区划代码{area}加3位顺序号：一般网格001起，专属网格{from}起，社区（村）及以上为000',
        en: 'The code {code} should be the area {area} in 12 digits and a serial of 3: from 001, special grids from {from}, 000 for an area as a whole',
      },
      citation: citationOf(rule),
      params: { code, area: areaCode.padEnd(12, '0'), from: rule.value },
    }
  );
}

/** Level n has a parent of level n−1, and below the community both belong to the same one (model.md §6.3, 2). */
export function parentDoesNotFit(
  { level, tier, areaCode }: { readonly level: number; readonly tier: GridTier; readonly areaCode: string },
  parent: { readonly level: number; readonly areaCode: string; readonly status: GridStatus },
): Refusal | false {
  if (parent.level !== level - 1)
    return {
      code: 'PARENT_OF_ANOTHER_LEVEL',
      field: 'parentId',
      wording: {
        zh: '第{level}级网格的上级应为第{above}级',
        en: 'A grid of level {level} needs a parent of level {above}',
      },
      params: { level, above: level - 1 },
    };
  const sameArea = hasSerial(tier) ? parent.areaCode === areaCode : areaCode.startsWith(parent.areaCode);
  if (!sameArea)
    return {
      code: 'PARENT_OF_ANOTHER_AREA',
      field: 'parentId',
      wording: {
        zh: '上级网格属于{parent}，与{area}不在同一村（社区）或其上级',
        en: 'The grid above belongs to {parent}, which is not the area of {area}',
      },
      params: { parent: parent.areaCode, area: areaCode },
    };
  return (
    parent.status !== 'PLANNED' &&
    parent.status !== 'ACTIVE' && {
      code: 'PARENT_HAS_ENDED',
      field: 'parentId',
      wording: { zh: '上级网格已不再使用', en: 'The grid above has ended' },
    }
  );
}

/** History is written forward only, and never ahead of the calendar. */
export function dayDoesNotFit(on: CivilDate, today: CivilDate, last: CivilDate | null, field = 'on'): Refusal | false {
  if (on > today)
    return {
      code: 'IN_THE_FUTURE',
      field,
      wording: { zh: '{on}尚未到来', en: '{on} has not come yet' },
      params: { on },
    };
  return (
    last !== null &&
    on < last && {
      code: 'BEFORE_LAST_CHANGE',
      field,
      wording: {
        zh: '{on}早于所涉网格上一次变动的日期{last}',
        en: '{on} is before the last change, on {last}, of a grid that it touches',
      },
      params: { on, last },
    }
  );
}
