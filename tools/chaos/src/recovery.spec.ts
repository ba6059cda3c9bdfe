import { applications, recoveriesOf } from './recovery';

/** Two consumers of one partition; the second stood still from 1,000 to 4,000. */
function seen() {
  const all = applications();
  for (let ms = 0; ms < 20_000; ms += 100) {
    all.heard('a topic/0', [ms], ms + 10);
    all.heard('b topic/0', [ms], ms >= 1_000 && ms < 4_000 ? 4_000 + ms / 1_000 : ms + 20);
  }
  return all;
}

describe('the way back', () => {
  it('is as long as the slowest consumer of the slowest partition needs for an event that came after', () => {
    expect(seen().recoveredAfter(950)).toBeCloseTo(3_051, 0);
    expect(seen().recoveredAfter(5_000)).toBe(120);
  });

  it('of a kill alone is told apart from that of a kill among other faults', () => {
    const { alone, byKind } = recoveriesOf(
      [
        { kind: 'freeze', from: 900, to: 4_000 },
        { kind: 'kill', from: 950, to: 950 },
        { kind: 'kill', from: 5_000, to: 5_000 },
        { kind: 'kill', from: 15_000, to: 15_000 },
      ],
      seen(),
    );
    expect(alone).toEqual([120]);
    expect(byKind.get('kill')?.map(Math.round)).toEqual([3_051, 120]);
    expect(byKind.get('freeze')?.map(Math.round)).toEqual([120]);
  });
});
