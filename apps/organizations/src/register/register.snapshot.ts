import { organizationRecorded } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/** Every organisation with its history, superiors before those below them. */
export const organizationSnapshot: Snapshot = {
  told: [
    {
      contract: organizationRecorded,
      data: `jsonb_build_object(
        'orgId', o.id, 'code', o.code, 'kind', o.kind, 'board', o.board,
        'host', jsonb_build_object('kind', o.host_kind, 'id', o.host_id),
        'setUpWay', o.set_up_way, 'flags', to_jsonb(o.flags), 'establishedOn', o.established_on, 'closedOn', o.closed_on,
        'mergedIntoId', o.merged_into_id,
        'history', (
          SELECT jsonb_agg(jsonb_build_object(
            'validFrom', valid_from, 'validTo', valid_to, 'kind', kind, 'board', board, 'superiorId', superior_id,
            'areaCode', area_code, 'status', status) ORDER BY valid_from)
          FROM party_organization_history WHERE org_id = o.id))
        || coalesce((
          SELECT jsonb_build_object('jointHosts',
            jsonb_build_array(jsonb_build_object('kind', o.host_kind, 'id', o.host_id))
              || jsonb_agg(jsonb_build_object('kind', host_kind, 'id', host_id) ORDER BY id))
          FROM organization_joint_host WHERE org_id = o.id AND (valid_to IS NULL OR valid_to = o.closed_on)
          HAVING count(*) > 0), '{}'::jsonb)`,
    },
  ],
  from: 'party_organization o',
  key: 'o.id',
  order: 'o.depth',
  orgPath: pathSql('o'),
  areaCode: 'o.area_code',
};
