import { consumer, type CloudEvent, type Consumer } from '@jishi/event-delivery';
import {
  organizationClosing,
  organizationDissolved,
  organizationEstablished,
  organizationPrepared,
  organizationReassigned,
  organizationRecorded,
  organizationRelocated,
  organizationReopened,
} from '@jishi/event-contracts';
import { dateInShanghai, type CivilDate } from '@jishi/periods';
import { learn, learnChange, learnFounding, stampAgain, type About, type StampedTables } from './organizations.service';
import type { Stretch } from './organizations.rules';

const dayOf = (event: CloudEvent): CivilDate => dateInShanghai(new Date(event.time));
const open = { closedOn: null, mergedIntoId: null } as const;

/**
 * Keeps a service's copy of the organisation tree with the place of every day (ORG-01), and puts the place of today on the rows of
 * the tables that are stamped with it.
 */
export const organizationsFollower = (service: string, stamped: StampedTables): Consumer =>
  consumer(
    `${service}.known-organizations`,
    {
      [organizationRecorded.type]: async (tx, event) => {
        const { orgId, host, history, ...about } = organizationRecorded.parse(event.data);
        await learn(
          tx,
          stamped,
          orgId,
          { ...about, hostKind: host.kind, hostId: host.id } as About,
          history as Stretch[],
        );
      },
      [organizationPrepared.type]: async (tx, event) => {
        const { orgId, host, establishedOn, ...told } = organizationPrepared.parse(event.data);
        const { code, setUpWay, kind, board, superiorId, areaCode } = told;
        const validFrom = (establishedOn as CivilDate | null) ?? dayOf(event);
        await learn(
          tx,
          stamped,
          orgId,
          { ...open, code, setUpWay, hostKind: host.kind, hostId: host.id, establishedOn: null },
          [{ kind, board, superiorId, areaCode, status: 'PREPARING', validFrom, validTo: null }],
        );
      },
      [organizationEstablished.type]: async (tx, event) => {
        const { orgId, host, ...told } = organizationEstablished.parse(event.data);
        const { code, setUpWay, kind, board, superiorId, areaCode } = told;
        const establishedOn = told.establishedOn as CivilDate;
        const validFrom = (told.activeFrom as CivilDate | undefined) ?? establishedOn;
        await learnFounding(
          tx,
          stamped,
          orgId,
          { ...open, code, setUpWay, hostKind: host.kind, hostId: host.id, establishedOn },
          { kind, board, superiorId, areaCode, status: 'ACTIVE', validFrom, validTo: null },
        );
      },
      [organizationReassigned.type]: async (tx, event) => {
        const { orgId, toSuperiorId, effectiveOn } = organizationReassigned.parse(event.data);
        await learnChange(tx, stamped, orgId, effectiveOn as CivilDate, { superiorId: toSuperiorId });
      },
      [organizationRelocated.type]: async (tx, event) => {
        const { orgId, toAreaCode, host, effectiveOn } = organizationRelocated.parse(event.data);
        await learnChange(tx, stamped, orgId, effectiveOn as CivilDate, { areaCode: toAreaCode });
        if (host)
          await tx.query('UPDATE known_organization SET host_kind = $2, host_id = $3 WHERE id = $1', [
            orgId,
            host.kind,
            host.id,
          ]);
      },
      [organizationClosing.type]: async (tx, event) => {
        const { orgId, effectiveOn } = organizationClosing.parse(event.data);
        await learnChange(tx, stamped, orgId, effectiveOn as CivilDate, { status: 'CLOSING' });
      },
      [organizationReopened.type]: async (tx, event) => {
        const { orgId, effectiveOn } = organizationReopened.parse(event.data);
        await learnChange(tx, stamped, orgId, effectiveOn as CivilDate, { status: 'ACTIVE' });
      },
      [organizationDissolved.type]: async (tx, event) => {
        const { orgId, mergedIntoId, dissolvedOn } = organizationDissolved.parse(event.data);
        await learnChange(tx, stamped, orgId, dissolvedOn as CivilDate, { status: 'DISSOLVED' });
        await tx.query('UPDATE known_organization SET closed_on = $2, merged_into_id = $3 WHERE id = $1', [
          orgId,
          dissolvedOn,
          mergedIntoId,
        ]);
      },
    },
    {
      start: 'snapshot',
      projection: ['known_organization', 'known_organization_history'],
      ...(stamped.length > 0 && { adjusts: { tables: stamped, again: (tx) => stampAgain(tx, stamped) } }),
    },
  );
