import type { CivilDate } from '@jishi/periods';
import { inOrderOf, readRows, where, within, type Context, insideArea } from '@jishi/subgraph';
import { areasByCodes } from '../areas';
import { LeadingBody } from './bodies.entities';
import { postsByIds } from './bodies.reads';

interface Village {
  readonly code: string;
  readonly secretaryId: string | null;
  readonly directorId: string | null;
  readonly same: boolean;
}

// The village's organisation is the highest one attached to it on that day; the posts are those of its own body and of the village committee.
const villages = `
  SELECT v.code, secretary.id AS "secretaryId", director.id AS "directorId",
         coalesce(secretary.person_id = director.person_id, false) AS same
  FROM (
    SELECT a.code, a.code AS area_code, a.county_code, a.town_code, a.kind, a.valid_from, a.valid_to, top.org_id
    FROM area a CROSS JOIN (SELECT $1::date AS day) at
    LEFT JOIN LATERAL (
      SELECT h.org_id FROM party_organization_history h
      WHERE h.host_kind = 'VILLAGE' AND h.host_id = a.code AND h.status IN ('ACTIVE', 'CLOSING') AND h.kind <> 'GROUP'
        AND h.valid_from <= at.day AND (h.valid_to IS NULL OR h.valid_to > at.day)
      ORDER BY h.depth, h.code LIMIT 1
    ) top ON true
  ) v
  CROSS JOIN (SELECT $1::date AS day) at
  LEFT JOIN LATERAL (
    SELECT p.id, p.person_id FROM post p JOIN leading_body b ON b.id = p.body_id
    WHERE b.org_id = v.org_id AND b.host_id IS NULL AND p.kind = 'SECRETARY'
      AND p.from_on <= at.day AND (p.to_on IS NULL OR p.to_on > at.day) LIMIT 1
  ) secretary ON true
  LEFT JOIN LATERAL (
    SELECT p.id, p.person_id FROM post p JOIN leading_body b ON b.id = p.body_id
    WHERE b.host_kind = 'VILLAGE' AND b.host_id = v.code AND b.kind = 'VILLAGE_COMMITTEE' AND p.kind = 'DIRECTOR'
      AND p.from_on <= at.day AND (p.to_on IS NULL OR p.to_on > at.day) LIMIT 1
  ) director ON true
  WHERE {where} ORDER BY v.code`;

/**
 * 书记、主任一肩挑 (ORG-13): villages in use on a day where one person is secretary and head of the village committee ÷ those
 * villages, and the villages where it is not so. Only villages that the caller may see are counted.
 */
export async function oneShoulder(
  ctx: Context,
  { areaCode, asOf }: { readonly areaCode: string; readonly asOf?: CivilDate | null },
) {
  const day = asOf ?? ctx.today;
  const found = await readRows<Village & Record<string, unknown>>(
    ctx,
    'one-shoulder',
    villages,
    where('?::date IS NOT NULL', day),
    where(`v.kind = 'VILLAGE' AND v.valid_from <= ? AND (v.valid_to IS NULL OR v.valid_to > ?)`, day, day),
    insideArea('v', areaCode),
    within(ctx, LeadingBody, 'v'),
  );
  const apart = found.filter(({ same }) => !same);
  const numerator = found.length - apart.length;
  const posts = await postsByIds(
    ctx,
    apart.flatMap(({ secretaryId, directorId }) => [secretaryId, directorId]).filter((id) => id !== null),
  );
  const areas = await areasByCodes(
    ctx,
    apart.map(({ code }) => code),
  );
  const secretaries = inOrderOf(
    apart.map(({ secretaryId }) => secretaryId),
    posts,
    ({ id }) => id,
  );
  const directors = inOrderOf(
    apart.map(({ directorId }) => directorId),
    posts,
    ({ id }) => id,
  );
  return {
    ratio: {
      numerator,
      denominator: found.length,
      value: found.length === 0 ? null : numerator / found.length,
      asOf: day,
    },
    villages: apart.map((_, index) => ({
      area: areas[index],
      secretary: secretaries[index],
      director: directors[index],
    })),
  };
}
