import { incomeYearClosed } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every year that was closed, with the figures of its last close. */
export const incomeYearSnapshot: Snapshot = {
  told: [
    {
      contract: incomeYearClosed,
      when: 'y.closed_on IS NOT NULL',
      data: `jsonb_build_object('yearId', y.id, 'areaCode', y.area_code, 'year', y.year, 'total', y.closed_total,
        'operating', y.closed_operating, 'operatingSurplus', y.closed_operating_surplus, 'revision', y.revision)`,
    },
  ],
  from: 'annual_income y',
  key: 'y.id',
  areaCode: 'y.area_code',
};
