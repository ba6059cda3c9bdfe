import type { Refusal } from '@jishi/errors';
import { civilDateFrom, formatCompact, type CivilDate } from '@jishi/periods';

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkDigits = '10X98765432';

/** 1 male, 2 female, as GB/T 2261.1 codes them. */
export type Gender = 1 | 2;

const citation = { document: 'GB 11643-1999 公民身份号码' };

/** Blanks and full-width digits of a pasted number removed, `x` as `X`. Says nothing about validity. */
export const normaliseCitizenId = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();

const checkDigitOf = (first17: string): string =>
  checkDigits.charAt(weights.reduce((sum, weight, index) => sum + weight * Number(first17[index]), 0) % 11);

const bornOf = (id18: string): CivilDate | null =>
  civilDateFrom(Number(id18.slice(6, 10)), Number(id18.slice(10, 12)), Number(id18.slice(12, 14)));

/**
 * Null when the text, once normalised, is a valid citizen id of 18 characters; otherwise why not: CITIZEN_ID_LENGTH,
 * CITIZEN_ID_CHARACTERS, CITIZEN_ID_CHECK_DIGIT, CITIZEN_ID_BIRTH_DATE. The area is not judged: an id keeps the code that was
 * valid at its issue. The refusal never repeats the number.
 */
export function checkCitizenId(text: string, field = 'citizenId'): Refusal | null {
  const id = normaliseCitizenId(text);
  const refuse = (code: string, zh: string, en: string): Refusal => ({ code, field, citation, wording: { zh, en } });
  if (id.length !== 18) return refuse('CITIZEN_ID_LENGTH', '公民身份号码应为18位', 'A citizen id has 18 characters');
  if (!/^\d{17}[\dX]$/.test(id)) {
    return refuse(
      'CITIZEN_ID_CHARACTERS',
      '公民身份号码前17位应为数字，末位为数字或者X',
      'A citizen id is 17 digits and a digit or X',
    );
  }
  if (bornOf(id) === null) {
    return refuse(
      'CITIZEN_ID_BIRTH_DATE',
      '公民身份号码中的出生日期不存在',
      'The birth date inside the citizen id does not exist',
    );
  }
  if (checkDigitOf(id) !== id[17]) {
    return refuse(
      'CITIZEN_ID_CHECK_DIGIT',
      '公民身份号码校验位不符，请核对',
      'The check digit of the citizen id is wrong',
    );
  }
  return null;
}

/** The birth date inside a valid id of 18 characters. Throws RangeError on anything else: check first. */
export function birthDateOf(citizenId: string): CivilDate {
  const born = bornOf(normaliseCitizenId(citizenId));
  if (born === null) throw new RangeError('not a citizen id: it holds no birth date');
  return born;
}

/** The gender inside a valid id of 18 characters: an odd third sequence digit is male. */
export const genderOf = (citizenId: string): Gender => (Number(normaliseCitizenId(citizenId)[16]) % 2 === 1 ? 1 : 2);

/** The six digits of the place of first registration, valid at the time of issue only. */
export const issuingAreaOf = (citizenId: string): string => normaliseCitizenId(citizenId).slice(0, 6);

/** A legacy id of 15 digits as the 18 characters it became; null when it is not 15 digits with a real birth date. */
export function citizenIdFromLegacy(text: string): string | null {
  const legacy = normaliseCitizenId(text);
  if (!/^\d{15}$/.test(legacy)) return null;
  const first17 = `${legacy.slice(0, 6)}19${legacy.slice(6)}`;
  return bornOf(first17) === null ? null : first17 + checkDigitOf(first17);
}

/** A valid id for synthetic people. `area` 6 digits; `sequence` 0–999, odd for a man, even for a woman. */
export function citizenIdFrom(area: string, birthDate: CivilDate, sequence: number): string {
  if (!/^\d{6}$/.test(area)) throw new RangeError(`the area of a citizen id has 6 digits, not "${area}"`);
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > 999) {
    throw new RangeError(`the sequence of a citizen id is 0 to 999, not ${sequence}`);
  }
  const first17 = `${area}${formatCompact(birthDate)}${String(sequence).padStart(3, '0')}`;
  return first17 + checkDigitOf(first17);
}
