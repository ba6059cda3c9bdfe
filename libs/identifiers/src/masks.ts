import { normaliseCitizenId } from './citizen-id';
import { normalisePhone } from './phone';

/** `370302********2118`: the first 6, eight stars, the last 4. A number shorter than that shows nothing. */
export function maskCitizenId(citizenId: string): string {
  const id = normaliseCitizenId(citizenId);
  return id.length < 15 ? '*'.repeat(18) : `${id.slice(0, 6)}********${id.slice(-4)}`;
}

/** `138****1234`; of a land line the first three and the last two digits. */
export function maskPhone(text: string): string {
  const phone = normalisePhone(text);
  const kept = phone.startsWith('0') ? 2 : 4;
  if (phone.length < 7) return '*'.repeat(phone.length);
  return `${phone.slice(0, 3)}${'*'.repeat(phone.length - 3 - kept)}${phone.slice(-kept)}`;
}

/** `张**`: the first character of the name, one star for each further one. */
export function maskName(name: string): string {
  const [first = '', ...rest] = name.trim();
  return first + '*'.repeat(rest.length);
}
