import { masked } from './answer';

const told = (message: string, language: 'zh' | 'en' = 'zh') =>
  masked({ message, extensions: { code: 'BAD_USER_INPUT' } }, language, 'case-1');

describe('a value that its type does not take', () => {
  it.each([
    [
      'Variable "$input" got invalid value "FOO" at "input.reason"; Value "FOO" does not exist.',
      'input.reason',
      '的值不对',
    ],
    [
      'Variable "$input" got invalid value { kind: "SPLIT" } at "input"; Field "reason" of required type "String!"',
      'reason',
      '请填写',
    ],
    [
      'Variable "$i" got invalid value {} at "i.parts[0]"; Field "name" of required type "String!"',
      'parts[0].name',
      '请填写',
    ],
    ['Variable "$first" got invalid value "x"; Int cannot represent non-integer value: "x"', 'first', '的值不对'],
    ['Variable "$areaCode" of required type "AreaCode!" was not provided.', 'areaCode', '请填写'],
  ])('is told with the field of the form: %s', (message, path, words) => {
    const field = path.replace('input.', '');
    expect(told(message)).toMatchObject({
      message: expect.stringMatching(new RegExp(words)),
      extensions: { code: 'BAD_USER_INPUT', field },
    });
    expect(told(message).message).toContain(message);
    expect(told(message, 'en')).toMatchObject({ message, extensions: { field } });
  });

  it('keeps what it cannot place', () => {
    expect(told('Something else')).toEqual({ message: 'Something else', extensions: { code: 'BAD_USER_INPUT' } });
  });
});
