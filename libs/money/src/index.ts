/** Whole fen, below 0 for a loss. At most 2^53, which is beyond any budget of a city. */
export type Fen = number;

const written = /^([-−])?[¥￥]?(\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.(\d{1,2}))?元?$/;

/** An amount as people write it in yuan, in fen; undefined when it is none, or has more than two decimals. */
export function fenOf(text: string): Fen | undefined {
  const [, minus, yuan, decimals = ''] = written.exec(text.normalize('NFKC').trim().replaceAll(' ', '')) ?? [];
  if (yuan === undefined) return undefined;
  const fen = Number(yuan.replace(/[,，]/g, '')) * 100 + Number(decimals.padEnd(2, '0'));
  if (!Number.isSafeInteger(fen)) return undefined;
  return minus && fen > 0 ? -fen : fen;
}

/** `12345.60`: the amount in yuan with two decimals. */
export function yuanOf(fen: Fen): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`${fen} is no whole number of fen`);
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `12,345.60元`: the amount as people read it. */
export const moneyText = (fen: Fen): string => `${yuanOf(fen).replace(/\B(?=(\d{3})+(?=\.))/g, ',')}元`;
