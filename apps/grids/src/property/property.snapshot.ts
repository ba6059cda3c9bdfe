import { providerAdmitted, providerExited, providerWarned } from '@jishi/event-contracts';
import type { Snapshot } from '@jishi/event-delivery';

const provider = `'providerId', p.id, 'uscc', p.uscc, 'quarterIds', coalesce(
  (SELECT jsonb_agg(q.id ORDER BY q.id) FROM quarter q WHERE q.provider_id = p.id), '[]')`;

/** Every property company that was admitted, with the quarters that it serves now. */
export const providerSnapshot: Snapshot = {
  told: [
    {
      contract: providerExited,
      when: `p.state IN ('EXITED', 'BARRED')`,
      data: `jsonb_build_object(${provider}, 'on', p.exited_on, 'barred', p.state = 'BARRED')`,
    },
    {
      contract: providerWarned,
      when: `p.state IN ('WARNED', 'CORRECTING') AND w.on_date IS NOT NULL`,
      data: `jsonb_build_object(${provider}, 'on', w.on_date)`,
    },
    {
      contract: providerAdmitted,
      when: `p.state <> 'APPLIED'`,
      data: `jsonb_build_object(${provider}, 'on', p.admitted_on)`,
    },
  ],
  from: `property_provider p
    LEFT JOIN LATERAL (SELECT max(on_date) AS on_date FROM property_warning WHERE provider_id = p.id AND lifted_on IS NULL) w ON true`,
  key: 'p.id',
  areaCode: 'p.area_code',
  lacks: { zh: '已退出的不含原服务小区', en: 'of companies that left the quarters they served' },
};
