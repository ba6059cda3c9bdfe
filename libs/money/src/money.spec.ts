import fc from 'fast-check';
import { fenOf, moneyText, yuanOf } from '.';

describe('money', () => {
  it.each([
    ['50000', 5_000_000],
    ['12,345.60', 1_234_560],
    ['¥0.5', 50],
    ['１２３.４５', 12_345],
    ['-3.37', -337],
    ['300 000 元', 30_000_000],
    ['0', 0],
  ])('reads %s', (text, fen) => expect(fenOf(text)).toBe(fen));

  it.each(['', '5万', '1.234', '1,23', 'abc', '1e5', '-', '99999999999999999'])('takes %j for no amount', (text) =>
    expect(fenOf(text)).toBeUndefined(),
  );

  it('writes what it reads, for every amount', () => {
    fc.assert(fc.property(fc.integer(), (fen) => expect(fenOf(yuanOf(fen))).toBe(fen === 0 ? 0 : fen)));
    fc.assert(fc.property(fc.integer(), (fen) => expect(fenOf(moneyText(fen))).toBe(fen === 0 ? 0 : fen)));
  });

  it('groups thousands for people', () => {
    expect(moneyText(123_456_789)).toBe('1,234,567.89元');
    expect(moneyText(-5)).toBe('-0.05元');
  });
});
