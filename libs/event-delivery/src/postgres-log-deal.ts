import type { TopicPartition } from './bus';

/** A live member of a group and what it reads. */
export interface DealtMember {
  readonly member: string;
  readonly topics: readonly string[];
}

/** A partition and who had it last; null when it was given back. */
export interface DealtPartition extends TopicPartition {
  readonly member: string | null;
}

/**
 * Who shall read which partition, in the order of the partitions; undefined where nobody can. Every member computes the same from
 * the same rows. Shares differ by one at most where all read the same topics. Who has a partition keeps it as long as his share is
 * not above the others': each change of hands is a pause for that partition, and members come and go.
 */
export function dealOut(
  partitions: readonly DealtPartition[],
  live: readonly DealtMember[],
): readonly (string | undefined)[] {
  const members = [...live].sort((a, b) => (a.member < b.member ? -1 : 1));
  const ableOf = (topic: string) => members.filter(({ topics }) => topics.includes(topic));
  const dealt = partitions.filter(({ topic }) => ableOf(topic).length > 0).length;
  const least = Math.floor(dealt / Math.max(members.length, 1));
  let larger = dealt - least * members.length;
  const shares = new Map(members.map(({ member }) => [member, 0]));

  const result: (string | undefined)[] = partitions.map(({ topic, member }) => {
    if (member === null || !ableOf(topic).some((able) => able.member === member)) return undefined;
    const share = shares.get(member) ?? 0;
    if (share > least || (share === least && larger === 0)) return undefined;
    if (share === least) larger -= 1;
    shares.set(member, share + 1);
    return member;
  });
  partitions.forEach(({ topic }, index) => {
    if (result[index] !== undefined) return;
    const [least] = ableOf(topic).sort((a, b) => (shares.get(a.member) ?? 0) - (shares.get(b.member) ?? 0));
    if (!least) return;
    shares.set(least.member, (shares.get(least.member) ?? 0) + 1);
    result[index] = least.member;
  });
  return result;
}
