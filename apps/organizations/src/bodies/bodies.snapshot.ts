import { postAppointed, postEnded, termBegun } from '@jishi/event-contracts';
import { pathSql, type Snapshot } from '@jishi/event-delivery';

/** What stands where the organisation stands that keeps it; without one it stands in its area. */
const keptBy = (row: string) => ({
  orgPath: `CASE WHEN o.id IS NOT NULL THEN ${pathSql('o')} END`,
  areaCode: `coalesce(o.area_code, ${row}.area_code)`,
});

const post = `'postId', p.id, 'bodyId', b.id, 'bodyKind', b.kind, 'orgId', b.org_id,
  'host', CASE WHEN b.host_id IS NOT NULL THEN jsonb_build_object('kind', b.host_kind, 'id', b.host_id) END,
  'personId', p.person_id, 'postKind', p.kind`;

/** Every post: who holds it, or who held it and why it ended. */
export const postSnapshot: Snapshot = {
  told: [
    {
      contract: postEnded,
      when: 'p.to_on IS NOT NULL',
      data: `jsonb_build_object(${post}, 'to', p.to_on, 'endReason', p.end_reason)`,
    },
    { contract: postAppointed, data: `jsonb_build_object(${post}, 'from', p.from_on)` },
  ],
  from: `post p JOIN leading_body b ON b.id = p.body_id LEFT JOIN party_organization o ON o.id = p.org_id`,
  key: 'p.id',
  ...keptBy('p'),
  lacks: { zh: '已离任的不含任职日期', en: 'of ended posts the day on which they began' },
};

/** Every term, ended ones too. */
export const termSnapshot: Snapshot = {
  told: [
    {
      contract: termBegun,
      data: `jsonb_build_object('termId', t.id, 'bodyId', t.body_id, 'orgId', t.org_id, 'dueOn', t.due_on, 'no', t.no,
        'startOn', t.start_on)`,
    },
  ],
  from: 'term t LEFT JOIN party_organization o ON o.id = t.org_id',
  key: 't.id',
  ...keptBy('t'),
  lacks: { zh: '不含延期和提前结束', en: 'extensions and early ends' },
};
