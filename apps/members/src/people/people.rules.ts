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

/** What a person can work for; members are counted by it. */
export const workHostKinds = [
  'UNIT',
  'VILLAGE',
  'COMMUNITY',
  'ENTERPRISE',
  'SOCIAL_ORG',
  'COOPERATIVE',
  'PROPERTY_PROVIDER',
] as const;
export type WorkHostKind = (typeof workHostKinds)[number];

/** 工作单位: an area code for a village or community, the id of a record for everything else. */
export interface WorkHost {
  readonly kind: WorkHostKind;
  readonly id: string;
}

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

const places: readonly WorkHostKind[] = ['VILLAGE', 'COMMUNITY'];

/** The columns of a work host whose id has the form that its kind needs. INVALID_INPUT names the field. */
export function checkedWorkHost(host: WorkHost | null | undefined): {
  readonly workHostKind: WorkHostKind | null;
  readonly workHostId: string | null;
} {
  if (!host) return { workHostKind: null, workHostId: null };
  const { kind, id } = host;
  const place = places.includes(kind);
  if (place ? !/^\d{12}$/.test(id) : !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw invalidInput(
      'workHost',
      place
        ? {
            zh: '工作单位为村、社区时，请填写12位区划代码',
            en: 'A village or community is named by its code of 12 digits',
          }
        : { zh: '工作单位请填写其登记标识', en: 'The place of work is named by the id of its record' },
      { code: 'WORK_HOST_FORM' },
    );
  return { workHostKind: kind, workHostId: place ? id : id.toLowerCase() };
}

/** Why nothing more can be done with a record, if it is erased or about to be. */
export const recordErased = ({ erasureId }: { readonly erasureId: string | null }): Refusal | false =>
  erasureId !== null && {
    code: 'PERSON_ERASED',
    field: 'personId',
    wording: {
      zh: '该人员的个人信息已依法删除或者正在删除，不能再使用；确需建档的，请重新建档',
      en: 'The data of this person are erased or being erased by law; record the person anew where that is needed',
    },
    citation: { document: '中华人民共和国个人信息保护法', article: '第四十七条' },
  };

/** 工作单位 of a person as others are told; null when nobody said where he works. */
export const workHostOf = ({
  workHostKind,
  workHostId,
}: {
  readonly workHostKind: WorkHostKind | null;
  readonly workHostId: string | null;
}): WorkHost | null => (workHostKind && workHostId ? { kind: workHostKind, id: workHostId } : null);

/** Why a change of work cannot be written down for a day, if there is a reason. */
export function refuseWorkFrom(on: CivilDate, since: CivilDate | null, today: CivilDate): Refusal | undefined {
  if (on > today)
    return {
      code: 'DATE_IN_FUTURE',
      field: 'on',
      wording: { zh: '工作单位变动日期不能晚于今天', en: 'The day of the change has not come yet' },
    };
  if (since !== null && on < since)
    return {
      code: 'DATE_BEFORE_LAST_CHANGE',
      field: 'on',
      wording: {
        zh: '该人员的工作单位在{since}已有变动，变动日期不能早于该日',
        en: 'The place of work changed on {since} already; the day cannot lie before it',
      },
      params: { since },
    };
  return undefined;
}

const refused = ({ field, wording, ...more }: Refusal): DomainError =>
  invalidInput(field ?? 'citizenId', wording, more);
