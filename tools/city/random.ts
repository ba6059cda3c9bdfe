/** A source of chance that always gives the same sequence for the same seed and labels. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** Index into weights, in proportion to them. */
  weighted(weights: readonly number[]): number;
  /** Standard normal. */
  normal(): number;
  /** True with this probability. */
  happens(probability: number): boolean;
}

/** Mixes whole numbers and words into 32 bits (FNV-1a over the parts, then the finaliser of murmur3). */
export function mix(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    if (typeof part === 'number') {
      hash = Math.imul(hash ^ (part | 0), 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    } else {
      for (let at = 0; at < part.length; at += 1) hash = Math.imul(hash ^ part.charCodeAt(at), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A sequence of its own for every label: `chance(seed, 'branch', 17)`. Because no sequence depends on how much another one
 * was used, any part of the city can be generated again alone, and comes out the same.
 */
export function chance(...labels: readonly (number | string)[]): Chance {
  let state = mix(...labels);
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: <T>(list: readonly T[]): T => {
      const found = list[Math.floor(next() * list.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
    weighted: (weights) => {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let index = 0; index < weights.length; index += 1) {
        left -= weights[index] ?? 0;
        if (left < 0) return index;
      }
      return weights.findLastIndex((weight) => weight > 0);
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    happens: (probability) => next() < probability,
  };
}

const bytes = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));
const byteOf = (value: number, at: number): string => bytes[(value >>> at) & 255] ?? '';

/** 2026-01-01T00:00:00Z: the generated ids carry moments after it, one millisecond for each ordinal. */
const FIRST_MOMENT = 1_767_225_600_000;

/**
 * An id in the shape of UUID version 7 that depends only on the kind of row, its ordinal and the seed; ascending with the
 * ordinal, which keeps loading into a primary key cheap.
 */
export function idOf(kind: string, ordinal: number, seed: number): string {
  const moment = FIRST_MOMENT + ordinal;
  const high = Math.floor(moment / 0x1_0000_0000);
  const low = moment >>> 0;
  const a = mix(kind, ordinal, seed);
  const b = mix(a, ordinal);
  const c = mix(b, seed);
  // Version 7 in the first four bits of one byte, the variant in the first two of another.
  const version = bytes[0x70 | ((a >>> 24) & 15)] ?? '';
  const variant = bytes[0x80 | ((a >>> 16) & 63)] ?? '';
  return `${byteOf(high, 8)}${byteOf(high, 0)}${byteOf(low, 24)}${byteOf(low, 16)}-${byteOf(low, 8)}${byteOf(low, 0)}-${version}${byteOf(a, 8)}-${variant}${byteOf(a, 0)}-${byteOf(b, 24)}${byteOf(b, 16)}${byteOf(b, 8)}${byteOf(c, 24)}${byteOf(c, 16)}${byteOf(c, 8)}`;
}

/** As `idOf`, for rows that are known by a code: the same code has the same id under every seed. */
export const idOfCode = (kind: string, code: string): string => idOf(`${kind} ${code}`, mix(code) >>> 8, 0);
