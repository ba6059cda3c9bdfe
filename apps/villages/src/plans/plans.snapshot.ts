import { planApproved } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

/** Every plan that was approved, with its goals by year. */
export const planSnapshot: Snapshot = {
  told: [
    {
      contract: planApproved,
      when: 'd.approved_on IS NOT NULL',
      data: `jsonb_build_object('planId', d.id, 'areaCode', d.area_code, 'goals', d.goals)`,
    },
  ],
  from: 'development_plan d',
  key: 'd.id',
  areaCode: 'd.area_code',
  lacks: { zh: '不含评估结果和终止', en: 'how it was evaluated and when it ended' },
};
