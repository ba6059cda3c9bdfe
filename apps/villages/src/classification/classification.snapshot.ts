import { classificationChanged } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** The class of every village that has one, with the class it had before and the day on which it was judged so. */
export const classificationSnapshot: Snapshot = {
  told: [
    {
      contract: classificationChanged,
      data: `jsonb_build_object('areaCode', v.area_code, 'year', c.year, 'from', before.class, 'to', v.class,
        'profile', c.profile, 'weak', v.weak, 'on', c.judged_on)`,
    },
  ],
  from: `village v
    JOIN LATERAL (
      SELECT id, year, profile, judged_on FROM village_class
      WHERE area_code = v.area_code AND year = v.class_year AND class = v.class ORDER BY judged_on DESC, id DESC LIMIT 1) c ON true
    LEFT JOIN LATERAL (
      SELECT class FROM village_class
      WHERE area_code = v.area_code AND (judged_on, id) < (c.judged_on, c.id) AND class <> v.class
      ORDER BY judged_on DESC, id DESC LIMIT 1) before ON true`,
  key: 'v.area_code',
  keyType: 'text',
  areaCode: 'v.area_code',
};
