import { creditCodeFrom } from '@jishi/identifiers';
import { addDays, type CivilDate } from '@jishi/periods';
import { firmName, societyName } from './names';
import { chance, idOf, type Chance } from './random';
import type { Register } from './register';
import type { AreaRow, FirmRow, Host } from './rows';

/** Managed firms and social organisations (rules.md §10). */
export const FIRMS = { county: 300, city: 60_000 } as const;
/** Firms of a county, without an organisation of their own, in which members work who belong to branches of communities. */
const EMPLOYERS = { county: 9, city: 30 } as const;
const SOCIAL_SHARE = 0.05;

// Trade words of the invented names → GB/T 4754-2017.
const trades: readonly (readonly [RegExp, string])[] = [
  [/机械|制造|装备|电子|电器/, 'C35'],
  [/食品|饮品|怀药|药业/, 'C14'],
  [/纺织|服装|鞋/, 'C18'],
  [/建|装饰|工程/, 'E50'],
  [/商贸|贸易|超市/, 'F51'],
  [/物流|运输|快递/, 'G59'],
  [/餐|酒店|宾馆/, 'H62'],
  [/科技|信息|网络|软件/, 'I65'],
  [/物业/, 'K702'],
  [/农|牧|种/, 'A05'],
];
const tags: readonly (readonly [RegExp, string])[] = [
  [/快递/, 'COURIER'],
  [/物流|运输/, 'LOGISTICS'],
  [/网络|信息|科技/, 'INTERNET'],
  [/物业/, 'PROPERTY'],
];

/** Names of the companies that manage property: grids admits them, enterprises registers them. */
export const propertyFirmName = (place: string, ordinal: number): string =>
  `${place}${['安居', '怡和', '万邻', '春晖', '金桥', '清源'][ordinal % 6] ?? ''}${ordinal >= 6 ? Math.floor(ordinal / 6) + 1 : ''}物业服务有限公司`;

const kindOfSociety = (name: string): FirmRow['kind'] =>
  /律师/.test(name)
    ? 'LAW_FIRM'
    : /学校|幼儿园/.test(name)
      ? 'PRIVATE_SCHOOL'
      : /商会|行业协会/.test(name)
        ? 'TRADE_ASSOCIATION'
        : /中心/.test(name)
          ? 'SERVICE_BODY'
          : 'SOCIAL_GROUP';

interface Standing {
  readonly id: string;
  readonly name: string;
  readonly social: boolean;
  readonly area: AreaRow;
  readonly ordinal: number;
  readonly organised: boolean;
  /** A firm in which members work is in business and no trader alone. */
  readonly employer?: boolean;
}

function firm(register: Register, luck: Chance, standing: Standing): FirmRow {
  const { id, name, social, area, ordinal, organised, employer = false } = standing;
  const { today } = register;
  const trade = trades.find(([word]) => word.test(name))?.[1] ?? (social ? 'S95' : 'F52');
  const property = /物业/.test(name);
  const kind: FirmRow['kind'] = social
    ? kindOfSociety(name)
    : organised || employer || property || luck.happens(0.6)
      ? 'COMPANY'
      : luck.happens(0.6)
        ? 'SOLE_TRADER'
        : 'MICRO_FIRM';
  const employees = Math.max(
    1,
    Math.round(Math.exp((organised ? 3.6 : employer ? 3.2 : kind === 'COMPANY' ? 2.2 : 1) + 0.8 * luck.normal())),
  );
  const state = luck.next();
  const operating: FirmRow['operating'] =
    organised || employer || property
      ? 'OPEN'
      : state < 0.86
        ? 'OPEN'
        : state < 0.91
          ? 'IDLE'
          : state < 0.94
            ? 'SHELL'
            : state < 0.97
              ? 'GONE'
              : 'CLOSED';
  const registeredOn: CivilDate = addDays(today, -luck.between(200, 9000));
  return {
    id,
    registrar: social ? 'CA' : 'MR',
    name,
    uscc: creditCodeFrom(
      social ? '5' : '9',
      social ? (kind === 'SERVICE_BODY' || kind === 'PRIVATE_SCHOOL' ? '2' : '1') : kind === 'SOLE_TRADER' ? '2' : '1',
      area.code.slice(0, 6),
      `JE${String(ordinal).padStart(6, '0')}`,
    ),
    kind,
    tradeCode: trade,
    size: social
      ? null
      : employees >= 300
        ? 'LARGE'
        : employees >= 100
          ? 'MEDIUM'
          : employees >= 10
            ? 'SMALL'
            : 'MICRO',
    areaCode: area.code,
    address: `${area.name}${luck.pick(['建设路', '人民路', '迎宾大道', '沁园路', '兴华街', '工业路'])}${luck.between(1, 260)}号`,
    employees,
    operating,
    registeredOn,
    closedOn: operating === 'CLOSED' ? addDays(registeredOn, luck.between(100, 190)) : null,
    formTags: social ? [] : tags.filter(([word]) => word.test(name)).map(([, tag]) => tag),
    organised,
  };
}

export interface Firms {
  readonly firms: readonly FirmRow[];
  readonly employersOf: (countyCode: string) => readonly Host[];
}

/**
 * The firms and social organisations of a city: those in which the register has an organisation, those in which members work who
 * belong elsewhere, a property company for every few communities, and the many without any Party work; two records of one firm
 * in every county.
 */
export function planFirms(register: Register, areas: readonly AreaRow[]): Firms {
  const { seed, size } = register;
  const places = new Map<string, AreaRow[]>();
  for (const area of areas)
    if (area.level === 'GRASSROOTS' && area.validTo === null && area.validFrom < '1950') {
      const county = area.code.slice(0, 6);
      // A firm stands in a community more often than in a village.
      for (let weight = area.kind === 'COMMUNITY' ? 6 : 1; weight > 0; weight -= 1)
        places.set(county, [...(places.get(county) ?? []), area]);
    }
  const counties = [...places.keys()].sort();
  const nameOf = new Map(areas.map(({ code, name }) => [code, name]));
  const firms: FirmRow[] = [];
  const luck = chance(seed, 'firms');
  const add = (standing: Omit<Standing, 'ordinal' | 'area'> & { readonly county: string }): FirmRow => {
    const area = luck.pick(places.get(standing.county) ?? places.get(counties[0] ?? '') ?? []);
    const row = firm(register, luck, { ...standing, area, ordinal: firms.length });
    firms.push(row);
    return row;
  };
  const newId = (): string => idOf('firm', firms.length, seed);

  for (const { host, name, areaCode } of register.firms.values())
    add({ id: host.id, name, social: host.kind === 'SOCIAL_ORG', county: areaCode.slice(0, 6), organised: true });

  const employers = new Map<string, Host[]>();
  for (const county of counties) {
    const place = nameOf.get(county) ?? '';
    for (let number = 0; number < EMPLOYERS[size]; number += 1) {
      const id = newId();
      add({ id, name: firmName(place, 5000 + number), social: false, county, organised: false, employer: true });
      employers.set(county, [...(employers.get(county) ?? []), { kind: 'ENTERPRISE', id }]);
    }
    for (let number = 0; number < 6; number += 1)
      add({ id: newId(), name: propertyFirmName(place, number), social: false, county, organised: false });
    // 一企多照: the same firm a second time, without a code.
    const twin = add({
      id: newId(),
      name: firmName(place, 5100),
      social: false,
      county,
      organised: false,
      employer: true,
    });
    firms.push({ ...twin, id: newId(), uscc: null, operating: 'DUPLICATE', closedOn: null });
  }

  for (let number = 0; firms.length < FIRMS[size]; number += 1) {
    const county = counties[number % counties.length] ?? '';
    const ordinal = Math.floor(number / counties.length);
    const place = nameOf.get(county) ?? '';
    const social = luck.happens(SOCIAL_SHARE);
    const name = social ? societyName(place, 400 + ordinal) : firmName(place, 6000 + ordinal);
    add({ id: newId(), name, social, county, organised: false });
  }
  return { firms, employersOf: (county) => employers.get(county) ?? [] };
}
