import type { Tx } from '@jishi/database';
import type { CivilDate } from '@jishi/periods';
import { Community } from './communities.entities';
import { tellOfCommunity } from './communities.service';

/**
 * P11: the community of a code that was replaced ends on that day and names its successors. Its years keep the old code. A single
 * successor takes over its households and stations; of several, the office says how they divide.
 */
export async function mergeCommunity(
  tx: Tx,
  areaCode: string,
  successors: readonly { readonly code: string; readonly isCommunity: boolean }[],
  on: CivilDate,
): Promise<void> {
  // The register of areas decides, whoever keeps the community.
  const known = await tx.unscoped.find(Community, { areaCode });
  if (!known) return;
  const community = await tx.unscoped.lock(Community, areaCode);
  if (community.status === 'MERGED') return;
  await tx.save(community, { status: 'MERGED', validTo: on, replacedBy: successors.map(({ code }) => code) });
  tellOfCommunity(tx, community);

  const [only, ...more] = successors;
  if (!only?.isCommunity || more.length > 0) return;
  const { households, serviceStations } = community;
  const successor = (await tx.unscoped.find(Community, { areaCode: only.code }))
    ? await grown(await tx.unscoped.lock(Community, only.code))
    : await tx.insert(Community, {
        areaCode: only.code,
        households,
        serviceStations,
        serviceHotline: community.serviceHotline,
        validFrom: on,
      });
  tellOfCommunity(tx, successor);

  function grown(row: Community): Promise<Community> {
    return tx.save(row, {
      households: row.households + households,
      serviceStations: row.serviceStations + serviceStations,
    });
  }
}
