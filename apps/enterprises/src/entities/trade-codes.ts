/** GB/T 4754-2017: the twenty sections with their first and last division. */
export const tradeSections: Readonly<
  Record<string, { readonly zh: string; readonly en: string; readonly divisions: readonly [number, number] }>
> = {
  A: { zh: '农、林、牧、渔业', en: 'agriculture, forestry, animal husbandry, fishery', divisions: [1, 5] },
  B: { zh: '采矿业', en: 'mining', divisions: [6, 12] },
  C: { zh: '制造业', en: 'manufacturing', divisions: [13, 43] },
  D: { zh: '电力、热力、燃气及水生产和供应业', en: 'electricity, heat, gas, water', divisions: [44, 46] },
  E: { zh: '建筑业', en: 'construction', divisions: [47, 50] },
  F: { zh: '批发和零售业', en: 'wholesale and retail', divisions: [51, 52] },
  G: { zh: '交通运输、仓储和邮政业', en: 'transport, storage, post', divisions: [53, 60] },
  H: { zh: '住宿和餐饮业', en: 'lodging and catering', divisions: [61, 62] },
  I: { zh: '信息传输、软件和信息技术服务业', en: 'information transmission, software', divisions: [63, 65] },
  J: { zh: '金融业', en: 'finance', divisions: [66, 69] },
  K: { zh: '房地产业', en: 'real estate', divisions: [70, 70] },
  L: { zh: '租赁和商务服务业', en: 'leasing and business services', divisions: [71, 72] },
  M: { zh: '科学研究和技术服务业', en: 'research and technical services', divisions: [73, 75] },
  N: { zh: '水利、环境和公共设施管理业', en: 'water, environment, public facilities', divisions: [76, 79] },
  O: { zh: '居民服务、修理和其他服务业', en: 'services to residents, repair', divisions: [80, 82] },
  P: { zh: '教育', en: 'education', divisions: [83, 83] },
  Q: { zh: '卫生和社会工作', en: 'health and social work', divisions: [84, 85] },
  R: { zh: '文化、体育和娱乐业', en: 'culture, sports, entertainment', divisions: [86, 90] },
  S: { zh: '公共管理、社会保障和社会组织', en: 'public administration, social organisations', divisions: [91, 96] },
  T: { zh: '国际组织', en: 'international organisations', divisions: [97, 97] },
};

/** Whether a text is a code of GB/T 4754: a section letter, alone or with a division of that section and up to two digits more. */
export function isTradeCode(text: string): boolean {
  const [, section = '', digits = ''] = /^([A-T])(\d{2,4})?$/.exec(text) ?? [];
  const divisions = tradeSections[section]?.divisions;
  if (!divisions) return false;
  if (digits === '') return true;
  const division = Number(digits.slice(0, 2));
  return division >= divisions[0] && division <= divisions[1];
}

/** The industries for which size classes are set, by the beginning of a trade code; the longest that fits counts. */
const industries = {
  A: 'agriculture',
  B: 'industry',
  C: 'industry',
  D: 'industry',
  E: 'construction',
  F51: 'wholesale',
  F52: 'retail',
  G54: 'transport',
  G55: 'transport',
  G56: 'transport',
  G57: 'transport',
  G58: 'transport',
  G591: 'transport',
  G59: 'storage',
  G60: 'post',
  H61: 'lodging',
  H62: 'catering',
  I63: 'transmission',
  I64: 'transmission',
  I65: 'software',
  K: 'other',
  K701: 'real-estate',
  K702: 'property',
  L: 'leasing',
  M: 'other',
  N: 'other',
  O: 'other',
  Q85: 'other',
  R: 'other',
} as const;
export type SizeIndustry = (typeof industries)[keyof typeof industries];

/** The industry by whose bounds a firm's size is judged; undefined where none is set (railways, finance, schools, hospitals). */
export function sizeIndustryOf(tradeCode: string): SizeIndustry | undefined {
  for (let length = tradeCode.length; length > 0; length -= 1) {
    const prefix = tradeCode.slice(0, length);
    if (Object.hasOwn(industries, prefix)) return industries[prefix as keyof typeof industries];
  }
  return undefined;
}
