import type { Refusal } from '@jishi/errors';

const mobile = /^1[3-9]\d{9}$/;
const landLine = /^0\d{2,3}-?\d{7,8}(-\d{1,6})?$/;

/** Blanks, full-width digits and a leading +86 or 0086 removed. Says nothing about validity. */
export const normalisePhone = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\s+/g, '')
    .replace(/^(\+86|0086)-?/, '');

/** Null for a mobile number or a land line with area code (extension allowed); otherwise PHONE_FORM. The refusal never repeats the number. */
export function checkPhone(text: string, field = 'phone'): Refusal | null {
  const phone = normalisePhone(text);
  if (mobile.test(phone) || landLine.test(phone)) return null;
  return {
    code: 'PHONE_FORM',
    field,
    wording: {
      zh: '电话应为11位手机号码，或者带区号的固定电话（如0391-1234567）',
      en: 'A phone number is a mobile number of 11 digits, or a land line with its area code (0391-1234567)',
    },
  };
}

/** Whether the number is a mobile number, which a message can reach. */
export const isMobile = (text: string): boolean => mobile.test(normalisePhone(text));
