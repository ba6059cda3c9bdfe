// Codes of the national standards as they are stored, and the words the graph uses for them.

export type GenderCode = '1' | '2';
export type EducationCode = '10' | '11' | '14' | '20' | '21' | '30' | '40' | '60' | '70' | '80' | '90';

/** GB/T 2261.1 */
export const genders = {
  '1': { name: 'MALE', zh: '男', en: 'male' },
  '2': { name: 'FEMALE', zh: '女', en: 'female' },
} as const;
export type Gender = (typeof genders)[GenderCode]['name'];

/** GB/T 4658-2006 */
export const educations = {
  '10': { name: 'POSTGRADUATE', zh: '研究生', en: 'postgraduate' },
  '11': { name: 'DOCTOR', zh: '博士研究生', en: 'doctor' },
  '14': { name: 'MASTER', zh: '硕士研究生', en: 'master' },
  '20': { name: 'BACHELOR', zh: '大学本科', en: 'bachelor' },
  '21': { name: 'UNIVERSITY', zh: '大学毕业', en: 'university' },
  '30': { name: 'COLLEGE', zh: '大学专科', en: 'college' },
  '40': { name: 'VOCATIONAL', zh: '中等职业教育', en: 'vocational' },
  '60': { name: 'SENIOR_MIDDLE', zh: '普通高中', en: 'senior middle school' },
  '70': { name: 'JUNIOR_MIDDLE', zh: '初中', en: 'junior middle school' },
  '80': { name: 'PRIMARY', zh: '小学', en: 'primary school' },
  '90': { name: 'OTHER', zh: '其他', en: 'other' },
} as const;
export type Education = (typeof educations)[EducationCode]['name'];

/** The stored code behind a word of the graph. */
export function codeOf<Code extends string, Name extends string>(
  list: Readonly<Record<Code, { readonly name: Name }>>,
  name: Name,
): Code {
  const entry = (Object.entries(list) as [Code, { name: Name }][]).find(([, each]) => each.name === name);
  if (!entry) throw new Error(`the list has no code for ${name}`);
  return entry[0];
}
