import { creditCodeFrom } from '@jishi/identifiers';
import type { UnitRow } from './rows';

/** The first two characters: who registers the unit, and as what. */
const registeredAs: Record<UnitRow['kind'], readonly [string, string]> = {
  ORGAN: ['1', '1'],
  INSTITUTION: ['1', '2'],
  SCHOOL: ['1', '2'],
  PUBLIC_HOSPITAL: ['1', '2'],
  SOE: ['9', '1'],
};

/** An invented unified social credit code with valid check characters, unique by ordinal. */
export const usccOf = (kind: UnitRow['kind'], areaCode: string, ordinal: number): string =>
  creditCodeFrom(...registeredAs[kind], areaCode.slice(0, 6), `JH${String(ordinal).padStart(6, '0')}`);
