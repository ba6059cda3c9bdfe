import { organizationRecorded } from '@jishi/event-contracts';

/**
 * Every organisation with its history, superiors before those below them, for a consumer that begins:
 * `publishSnapshotOf(database, organizationSnapshot.contract, organizationSnapshot.select)`.
 */
export const organizationSnapshot = {
  contract: organizationRecorded,
  select: `
    SELECT o.id::text AS key,
      jsonb_build_object(
        'orgId', o.id, 'code', o.code, 'kind', o.kind, 'board', o.board,
        'host', jsonb_build_object('kind', o.host_kind, 'id', o.host_id),
        'setUpWay', o.set_up_way, 'flags', to_jsonb(o.flags), 'establishedOn', o.established_on, 'closedOn', o.closed_on,
        'mergedIntoId', o.merged_into_id, 'history', h.periods)
          || CASE WHEN others.hosts IS NULL THEN '{}'::jsonb
               ELSE jsonb_build_object('jointHosts', jsonb_build_array(jsonb_build_object('kind', o.host_kind, 'id', o.host_id)) || others.hosts)
             END AS data,
      array_to_string(
        ARRAY[o.ancestor_1, o.ancestor_2, o.ancestor_3, o.ancestor_4, o.ancestor_5, o.ancestor_6, o.ancestor_7], '/') AS org_path,
      o.area_code
    FROM party_organization o
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object(
        'validFrom', valid_from, 'validTo', valid_to, 'kind', kind, 'board', board, 'superiorId', superior_id,
        'areaCode', area_code, 'status', status) ORDER BY valid_from) AS periods
      FROM party_organization_history WHERE org_id = o.id
    ) h
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('kind', host_kind, 'id', host_id) ORDER BY id) AS hosts
      FROM organization_joint_host WHERE org_id = o.id AND (valid_to IS NULL OR valid_to = o.closed_on)
    ) others
    ORDER BY o.depth, o.id`,
} as const;
