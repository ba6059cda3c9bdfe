import type { CivilDate } from '@jishi/periods';
import type { Ring } from './geography';

/** Codes of places that demonstrations, questions and tests rely on (武陟县). */
export const GRID_CASES = {
  /** A basic grid of 建设社区 with its whole team. */
  grid: '410823001001001',
  /** The first property company of the county leaves; its quarters have successors from that day. */
  leavingProvider: 0,
} as const;

/** What a grid is: a county, street or place as a whole, or a basic grid. */
export type Tier = 'COUNTY' | 'TOWN' | 'GRASSROOTS' | 'BASIC';
export const levels: Record<Tier, number> = { COUNTY: 1, TOWN: 2, GRASSROOTS: 3, BASIC: 4 };
/** The day from which grids are known. */
export const GRIDS_SINCE: CivilDate = '2019-01-01';

/** A grid of the invented map. */
export interface GridRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly tier: Tier;
  readonly parentId: string | null;
  readonly areaCode: string;
  readonly urban: boolean;
  readonly households: number;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
  readonly successorIds: readonly string[];
  readonly ring: Ring | null;
}
