import fc from 'fast-check';
import { addDays } from '@jishi/periods';
import {
  areaKindOf,
  areaLevelOf,
  areaPrefixOf,
  birthDateOf,
  checkAreaCode,
  checkCitizenId,
  checkCreditCode,
  checkPhone,
  citizenIdFrom,
  citizenIdFromLegacy,
  creditCodeFrom,
  creditCodeMeaning,
  genderOf,
  isInsideArea,
  isMobile,
  issuingAreaOf,
  maskCitizenId,
  maskName,
  maskPhone,
  normaliseCitizenId,
  normalisePhone,
  organisationCodeOf,
  parentAreaOf,
} from './index';

describe('MEM-01 citizen id', () => {
  it.each([
    ['11010519491231002X', '1949-12-31', 2],
    ['440524188001010014', '1880-01-01', 1],
    ['370302198507152118', '1985-07-15', 1],
    ['37030319900301111X', '1990-03-01', 1],
    ['37032120080229111X', '2008-02-29', 1],
  ])('%s is valid, born %s, gender %i', (id, born, gender) => {
    expect(checkCitizenId(id)).toBeNull();
    expect(birthDateOf(id)).toBe(born);
    expect(genderOf(id)).toBe(gender);
    expect(issuingAreaOf(id)).toBe(id.slice(0, 6));
  });

  it.each([
    ['110105194912310021', 'CITIZEN_ID_CHECK_DIGIT'],
    ['370303199002291113', 'CITIZEN_ID_BIRTH_DATE'],
    ['1101051949123100', 'CITIZEN_ID_LENGTH'],
    ['130503670401001', 'CITIZEN_ID_LENGTH'],
    ['X1010519491231002X', 'CITIZEN_ID_CHARACTERS'],
    ['', 'CITIZEN_ID_LENGTH'],
  ])('%s is refused: %s, in Chinese, on its field, without the number', (id, code) => {
    const refusal = checkCitizenId(id, 'person.citizenId');
    expect(refusal).toMatchObject({
      code,
      field: 'person.citizenId',
      citation: { document: 'GB 11643-1999 公民身份号码' },
    });
    expect(refusal?.wording.zh).toMatch(/公民身份号码/);
    expect(JSON.stringify([refusal?.params, refusal?.wording])).not.toContain(id || '18characters');
  });

  it('takes a lower-case x, blanks and full-width digits, and stores X', () => {
    expect(normaliseCitizenId(' 1101051949１231 002x')).toBe('11010519491231002X');
    expect(checkCitizenId('11010519491231002x')).toBeNull();
  });

  it('turns a legacy id of 15 digits into 18', () => {
    expect(citizenIdFromLegacy('130503670401001')).toBe('130503196704010016');
    expect(citizenIdFromLegacy('130503670431001')).toBeNull();
    expect(citizenIdFromLegacy('13050367040100')).toBeNull();
  });

  it('builds valid ids for synthetic people, and one wrong digit is always found', () => {
    const day = fc.integer({ min: 0, max: 45_000 }).map((days) => addDays('1900-01-01', days));
    fc.assert(
      fc.property(
        fc.integer({ min: 110000, max: 659999 }),
        day,
        fc.integer({ min: 0, max: 999 }),
        fc.nat(16),
        fc.integer({ min: 1, max: 9 }),
        (area, born, sequence, at, shift) => {
          const id = citizenIdFrom(String(area), born, sequence);
          expect(checkCitizenId(id)).toBeNull();
          expect([birthDateOf(id), genderOf(id)]).toEqual([born, sequence % 2 === 1 ? 1 : 2]);
          const wrong = id.slice(0, at) + ((Number(id[at]) + shift) % 10) + id.slice(at + 1);
          expect(checkCitizenId(wrong)).not.toBeNull();
        },
      ),
    );
    expect(citizenIdFrom('370302', '1985-07-15', 211)).toBe('370302198507152118');
    expect(() => citizenIdFrom('3703', '1985-07-15', 211)).toThrow(RangeError);
    expect(() => citizenIdFrom('370302', '1985-07-15', 1000)).toThrow(RangeError);
  });
});

describe('unified social credit code', () => {
  it.each([
    '91350100M000100Y43',
    '914403001922038216',
    '91330100799655058B',
    '9144030071526726XG',
    '91110000802100433B',
    '91370303MA3TEKT04X',
    '93370321MA3C000114',
    '52370303MJE123451H',
    'N2370321MF12345676',
    '113703000042000184',
    ' 91370303ma3tekt04x ',
  ])('%s is valid', (code) => expect(checkCreditCode(code)).toBeNull());

  it.each([
    ['91350211M000100Y43', 'CREDIT_CODE_CHECK_CHARACTER'],
    ['91350100M000100Y4', 'CREDIT_CODE_LENGTH'],
    ['91350100I000100Y43', 'CREDIT_CODE_CHARACTERS'],
    ['913501A0M000100Y43', 'CREDIT_CODE_CHARACTERS'],
    ['D1350100M000100Y43', 'CREDIT_CODE_AUTHORITY'],
  ])('%s is refused: %s', (code, reason) => {
    expect(checkCreditCode(code)).toMatchObject({ code: reason, field: 'uscc', params: { code } });
    expect(checkCreditCode(code)?.wording.zh).toMatch(/统一社会信用代码/);
  });

  it('also checks the organisation code inside', () => {
    const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const withWrongInside = [...characters]
      .map((last) => `91350100M000100Y3${last}`)
      .map((code) => checkCreditCode(code)?.code);
    expect(withWrongInside).toContain('CREDIT_CODE_ORGANISATION');
    expect(withWrongInside).not.toContain(undefined);
    expect(organisationCodeOf('91350100M000100Y43')).toBe('M000100Y4');
  });

  it('says who registered what', () => {
    expect(creditCodeMeaning('N2370321MF12345676')).toMatchObject({
      authority: { zh: '农业农村' },
      category: { zh: '村级集体经济组织' },
    });
    expect(creditCodeMeaning('91370303MA3TEKT04X')).toMatchObject({
      authority: { zh: '市场监督管理' },
      category: { zh: '企业' },
    });
    expect(creditCodeMeaning('54370303MA3TEKT04X')).toMatchObject({ authority: { zh: '民政' }, category: null });
    expect(creditCodeMeaning('Z')).toBeNull();
  });

  it('builds valid codes for synthetic bodies', () => {
    const characters = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
    fc.assert(
      fc.property(
        fc.constantFrom('11', '12', '13', '52', '91', '93', 'N2'),
        fc.integer({ min: 110000, max: 659999 }),
        fc.string({ unit: fc.constantFrom(...characters), minLength: 8, maxLength: 8 }),
        (kind, area, organisation) => {
          const code = creditCodeFrom(kind.charAt(0), kind.charAt(1), String(area), organisation);
          expect(checkCreditCode(code)).toBeNull();
          expect(organisationCodeOf(code)).toMatch(new RegExp(`^${organisation}`));
        },
      ),
    );
    expect(creditCodeFrom('9', '1', '370303', 'MA3TEKT0')).toBe('91370303MA3TEKT04X');
    expect(() => creditCodeFrom('9', '1', '370303', 'MA3OEKT0')).toThrow(RangeError);
  });
});

describe('area codes', () => {
  it.each([
    ['410800', 'CITY', null, null],
    ['410802', 'COUNTY', '410800', null],
    ['410802001', 'TOWN', '410802', 'STREET'],
    ['410802100', 'TOWN', '410802', 'TOWN'],
    ['410802200', 'TOWN', '410802', 'TOWNSHIP'],
    ['410802401', 'TOWN', '410802', 'DEV_ZONE'],
    ['410802001001', 'GRASSROOTS', '410802001', 'COMMUNITY'],
    ['410802100200', 'GRASSROOTS', '410802100', 'VILLAGE'],
    ['410802100498', 'GRASSROOTS', '410802100', 'DEV_ZONE'],
  ])('%s is a %s under %s, kind %s', (code, level, parent, kind) => {
    expect([areaLevelOf(code), parentAreaOf(code), areaKindOf(code)]).toEqual([level, parent, kind]);
    expect(checkAreaCode(code)).toBeNull();
  });

  it.each(['4108', '41080', '4108020', '410802O01', '010802', ''])('"%s" is no area code', (code) => {
    expect(checkAreaCode(code, 'area')).toMatchObject({ code: 'AREA_CODE_FORM', field: 'area' });
    expect(areaLevelOf(code)).toBeNull();
  });

  it('lies inside itself and inside everything above, and nowhere else', () => {
    const village = '410802100200';
    expect(
      ['410802100200', '410802100', '410802', '410800', '4108', '410000'].every((area) => isInsideArea(village, area)),
    ).toBe(true);
    expect(['410803', '410802101', '410900', '4109', '410802100201'].some((area) => isInsideArea(village, area))).toBe(
      false,
    );
    expect(isInsideArea('410800', '410802')).toBe(false);
    expect(areaPrefixOf('410800')).toBe('4108');
  });
});

describe('phones and masks', () => {
  it('takes mobile numbers and land lines', () => {
    expect(
      ['13812341234', '+86 138 1234 1234', '0391-1234567', '01012345678', '0391-1234567-801'].map((text) =>
        checkPhone(text),
      ),
    ).toEqual(Array(5).fill(null));
    expect(normalisePhone('0086-13812341234')).toBe('13812341234');
    expect([isMobile('13812341234'), isMobile('0391-1234567')]).toEqual([true, false]);
  });

  it.each(['12812341234', '1381234123', '1234567', '', '138123412345'])('refuses "%s"', (text) =>
    expect(checkPhone(text)).toMatchObject({ code: 'PHONE_FORM', field: 'phone' }),
  );

  it('X-27 masks ids, phones and names', () => {
    expect(maskCitizenId('370302198507152118')).toBe('370302********2118');
    expect(maskCitizenId('37030')).toBe('******************');
    expect(maskPhone('13800001234')).toBe('138****1234');
    expect(maskPhone('0391-1234567')).toBe('039*******67');
    expect(maskPhone('110')).toBe('***');
    expect(maskName('张三丰')).toBe('张**');
    expect(maskName('𠮷田')).toBe('𠮷*');
    expect(maskName('')).toBe('');
  });
});
