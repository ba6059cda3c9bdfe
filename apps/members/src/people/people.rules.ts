import {
  birthDateOf,
  checkCitizenId,
  genderOf,
  isMobile,
  normaliseCitizenId,
  normalisePhone,
} from '@jishi/identifiers';
import { invalidInput, type DomainError, type Refusal } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import type { GenderCode } from './people.codes';

export interface PersonInput {
  readonly name: string;
  readonly citizenId: string;
  readonly gender?: GenderCode | null;
  readonly birthDate?: CivilDate | null;
  readonly phone?: string | null;
}

export interface CheckedPerson {
  readonly name: string;
  readonly citizenId: string;
  readonly gender: GenderCode;
  readonly birthDate: CivilDate;
  readonly phone: string | null;
}

/** One spelling of a name: ledgers pad two characters with a blank (`王\u3000五`) and write the dot in 阿布都·买买提 in many ways. */
const writtenName = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .replace(/\s*[·•‧∙⋅・]\s*/g, '·')
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replace(/\s+/g, ' ');

/**
 * A person as the register keeps him: birth date and gender are those of the citizen id, and what the office wrote beside it must
 * agree (MEM-01). INVALID_INPUT names the field; no refusal repeats a number of a person.
 */
export function checkedPerson(input: PersonInput, today: CivilDate): CheckedPerson {
  const name = writtenName(input.name);
  if (name.length === 0) throw invalidInput('name', { zh: '姓名不能为空', en: 'The name is required' });

  const wrong = checkCitizenId(input.citizenId);
  if (wrong) throw refused(wrong);
  const citizenId = normaliseCitizenId(input.citizenId);
  const birthDate = birthDateOf(citizenId);
  if (birthDate > today)
    throw invalidInput(
      'citizenId',
      { zh: '公民身份号码中的出生日期晚于今天', en: 'The birth date inside the citizen id lies in the future' },
      { code: 'CITIZEN_ID_BIRTH_DATE' },
    );
  const gender: GenderCode = genderOf(citizenId) === 1 ? '1' : '2';
  if (input.birthDate && input.birthDate !== birthDate)
    throw invalidInput(
      'birthDate',
      { zh: '出生日期与公民身份号码不一致', en: 'The birth date differs from the citizen id' },
      { code: 'BIRTH_DATE_DIFFERS' },
    );
  if (input.gender && input.gender !== gender)
    throw invalidInput(
      'gender',
      { zh: '性别与公民身份号码不一致', en: 'The gender differs from the citizen id' },
      { code: 'GENDER_DIFFERS' },
    );

  const phone = input.phone?.trim() ? normalisePhone(input.phone) : null;
  if (phone && !isMobile(phone))
    throw invalidInput(
      'phone',
      { zh: '手机号码应为11位，以13至19开头', en: 'A mobile number has 11 digits and begins with 13 to 19' },
      { code: 'PHONE_FORM' },
    );
  return { name, citizenId, gender, birthDate, phone };
}

const refused = ({ field, wording, ...more }: Refusal): DomainError =>
  invalidInput(field ?? 'citizenId', wording, more);
