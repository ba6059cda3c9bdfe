import type { Refusal, Wording } from '@jishi/errors';

const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];
const organisationCharacters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const citation = { document: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则' };

const words = (zh: string, en: string): Wording => ({ zh, en });

/** Who registers (position 1) and, per authority, what is registered (position 2). */
const authorities: Readonly<Record<string, { name: Wording; categories: Readonly<Record<string, Wording>> }>> = {
  '1': {
    name: words('机构编制', 'staffing office of the Party and government'),
    categories: {
      '1': words('机关', 'organ'),
      '2': words('事业单位', 'public institution'),
      '3': words('群团组织', 'mass organisation'),
      '9': words('其他', 'other'),
    },
  },
  '2': { name: words('外交', 'foreign affairs'), categories: {} },
  '3': { name: words('司法行政', 'justice'), categories: {} },
  '4': { name: words('文化', 'culture'), categories: {} },
  '5': {
    name: words('民政', 'civil affairs'),
    categories: {
      '1': words('社会团体', 'social association'),
      '2': words('民办非企业单位', 'private non-enterprise unit'),
      '3': words('基金会', 'foundation'),
      '9': words('其他', 'other'),
    },
  },
  '6': { name: words('旅游', 'tourism'), categories: {} },
  '7': { name: words('宗教', 'religious affairs'), categories: {} },
  '8': {
    name: words('工会', 'trade union'),
    categories: { '1': words('基层工会', 'trade union of a unit'), '9': words('其他', 'other') },
  },
  '9': {
    name: words('市场监督管理', 'market regulation'),
    categories: {
      '1': words('企业', 'enterprise'),
      '2': words('个体工商户', 'self-employed'),
      '3': words('农民专业合作社', 'farmers’ cooperative'),
    },
  },
  N: {
    name: words('农业农村', 'agriculture and rural affairs'),
    categories: {
      '1': words('组级集体经济组织', 'collective economic organisation of a villagers’ group'),
      '2': words('村级集体经济组织', 'collective economic organisation of a village'),
      '3': words('乡镇级集体经济组织', 'collective economic organisation of a township'),
      '9': words('其他', 'other'),
    },
  },
  A: { name: words('中央军委改革和编制办公室', 'armed forces'), categories: {} },
  Y: { name: words('其他', 'other'), categories: { '1': words('其他', 'other') } },
};

/** Blanks and full-width characters of a pasted code removed, upper case. Says nothing about validity. */
export const normaliseCreditCode = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();

const checkCharacterOf = (first17: string): string => {
  const sum = weights.reduce((total, weight, index) => total + weight * characters.indexOf(first17.charAt(index)), 0);
  return characters.charAt((31 - (sum % 31)) % 31);
};

/** The check character (digit or X) of an organisation code of 8 characters (GB 11714). */
export function organisationCheckOf(code8: string): string {
  const sum = organisationWeights.reduce(
    (total, weight, index) => total + weight * organisationCharacters.indexOf(code8.charAt(index)),
    0,
  );
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/**
 * Null when the text, once normalised, is a valid unified social credit code; otherwise why not: CREDIT_CODE_LENGTH,
 * CREDIT_CODE_CHARACTERS (I O S V Z never occur), CREDIT_CODE_AUTHORITY, CREDIT_CODE_ORGANISATION (check of the inner organisation code),
 * CREDIT_CODE_CHECK_CHARACTER. The area is not judged: a code keeps the one valid at its issue.
 */
export function checkCreditCode(text: string, field = 'uscc'): Refusal | null {
  const code = normaliseCreditCode(text);
  const refuse = (reason: string, zh: string, en: string): Refusal => ({
    code: reason,
    field,
    citation,
    wording: { zh, en },
    params: { code },
  });
  if (code.length !== 18) {
    return refuse(
      'CREDIT_CODE_LENGTH',
      '统一社会信用代码“{code}”应为18位',
      'A unified social credit code has 18 characters: {code}',
    );
  }
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code)) {
    return refuse(
      'CREDIT_CODE_CHARACTERS',
      '统一社会信用代码“{code}”含有不允许的字符：第3至8位为数字，其余不使用I、O、S、V、Z',
      'The unified social credit code {code} has characters that never occur: positions 3 to 8 are digits, I O S V Z are not used',
    );
  }
  if (authorities[code.charAt(0)] === undefined) {
    return refuse(
      'CREDIT_CODE_AUTHORITY',
      '统一社会信用代码“{code}”首位不是登记管理部门代码',
      'The unified social credit code {code} does not begin with a registering authority',
    );
  }
  if (checkCharacterOf(code) !== code[17]) {
    return refuse(
      'CREDIT_CODE_CHECK_CHARACTER',
      '统一社会信用代码“{code}”校验位不符，请核对',
      'The check character of the unified social credit code {code} is wrong',
    );
  }
  if (organisationCheckOf(code.slice(8, 16)) !== code[16]) {
    return refuse(
      'CREDIT_CODE_ORGANISATION',
      '统一社会信用代码“{code}”中的组织机构代码校验位不符，请核对',
      'The organisation code inside the unified social credit code {code} has a wrong check character',
    );
  }
  return null;
}

/** Who registered the body and as what, in words; category null when the authority's list does not name it; null for no authority. */
export function creditCodeMeaning(creditCode: string): { authority: Wording; category: Wording | null } | null {
  const code = normaliseCreditCode(creditCode);
  const authority = authorities[code.charAt(0)];
  return authority ? { authority: authority.name, category: authority.categories[code.charAt(1)] ?? null } : null;
}

/** The organisation code (9 characters, GB 11714) inside a credit code. */
export const organisationCodeOf = (creditCode: string): string => normaliseCreditCode(creditCode).slice(8, 17);

/**
 * A valid code for synthetic bodies: authority and category one character each, area 6 digits, organisation code 8
 * characters (digits and capitals without I O S V Z).
 */
export function creditCodeFrom(authority: string, category: string, area: string, organisationCode8: string): string {
  const first16 = `${authority}${category}${area}${organisationCode8}`;
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{8}$/.test(first16)) {
    throw new RangeError(`no credit code can be built from "${first16}"`);
  }
  const first17 = first16 + organisationCheckOf(organisationCode8);
  return first17 + checkCharacterOf(first17);
}
