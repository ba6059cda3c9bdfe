// Shapes that several events share. Nested objects use z.object, so that readers tolerate fields of newer senders.
import { z } from 'zod';

/** Any id PostgreSQL takes for a uuid. */
export const id = z.guid();
/** Civil date in Asia/Shanghai, `YYYY-MM-DD`. */
export const civilDate = z.iso.date();
/** Area code of 6 (city, county), 9 (town) or 12 (village, community) digits. */
export const areaCode = z.string().regex(/^[0-9]{6}([0-9]{3}([0-9]{3})?)?$/);
export const count = z.int().min(0);

export const areaLevel = z.enum(['CITY', 'COUNTY', 'TOWN', 'GRASSROOTS']);
export const areaKind = z.enum(['TOWNSHIP', 'TOWN', 'STREET', 'VILLAGE', 'COMMUNITY', 'DEV_ZONE']);
export const hostKind = z.enum([
  'UNIT',
  'VILLAGE',
  'COMMUNITY',
  'ENTERPRISE',
  'SOCIAL_ORG',
  'COOPERATIVE',
  'PROPERTY_PROVIDER',
  'OWNERS_COMMITTEE',
  'QUARTER',
  'GRID',
  'PROJECT',
  'CLUSTER_BASE',
  'ALLIANCE',
  'AREA',
]);
/** What an organisation is attached to; `id` is an area code for VILLAGE, COMMUNITY and AREA, a uuid otherwise. */
export const host = z.object({ kind: hostKind, id: z.string().min(1).max(64) });

export const unitKind = z.enum(['ORGAN', 'INSTITUTION', 'SOE', 'PUBLIC_HOSPITAL', 'SCHOOL', 'MASS_BODY']);
export const organizationKind = z.enum([
  'COMMITTEE',
  'WORK_COMMITTEE',
  'PARTY_GROUP',
  'DISCIPLINE_COMMITTEE',
  'GENERAL_BRANCH',
  'BRANCH',
  'JOINT_BRANCH',
  'GROUP',
]);
export const board = z.enum(['ORGANS', 'VILLAGES_COMMUNITIES', 'ENTERPRISES']);
export const setUpWay = z.enum(['SINGLE', 'JOINT', 'TRADE', 'REGIONAL', 'FUNCTIONAL', 'TEMPORARY']);
export const organizationStatus = z.enum(['PREPARING', 'ACTIVE', 'CLOSING', 'DISSOLVED']);
export const changeKind = z.enum(['ESTABLISH', 'REASSIGN', 'MERGE', 'SPLIT', 'RENAME', 'DISSOLVE']);
export const settingIssueKind = z.enum([
  'OVERSIZE',
  'BELOW_MINIMUM',
  'BLANK_SPOT',
  'WRONG_AFFILIATION',
  'NO_TIER_LINK',
]);
export const bodyKind = z.enum([
  'PARTY_COMMITTEE',
  'BRANCH_COMMITTEE',
  'VILLAGE_COMMITTEE',
  'RESIDENTS_COMMITTEE',
  'SUPERVISION_COMMITTEE',
  'BOARD',
  'SUPERVISORS',
  'MANAGEMENT',
  'PRESIDENT_MEETING',
]);
export const postKind = z.enum([
  'SECRETARY',
  'DEPUTY_SECRETARY',
  'FULLTIME_DEPUTY',
  'ORG_MEMBER',
  'PUBLICITY_MEMBER',
  'DISCIPLINE_MEMBER',
  'COMMITTEE_MEMBER',
  'PART_TIME_MEMBER',
  'DIRECTOR',
  'DEPUTY_DIRECTOR',
  'COMMITTEE_PERSON',
  'CHAIR',
  'GENERAL_MANAGER',
  'PRESIDENT',
  'HEADMASTER',
]);
export const memberStatus = z.enum(['PROBATIONARY', 'FULL', 'SUSPENDED', 'LEFT', 'MOVED_OUT', 'DECEASED']);
export const memberClass = z.enum([
  'IN_POST',
  'RETIRED',
  'RURAL',
  'COMMUNITY',
  'MOBILE',
  'STUDENT',
  'JOB_SEEKING',
  'NEW_EMPLOYMENT',
  'UNABLE',
]);
export const transferScope = z.enum(['INSIDE', 'IN', 'OUT']);
export const transferState = z.enum(['DRAFT', 'ISSUED', 'ARRIVED', 'CLOSED', 'EXPIRED', 'REFUSED', 'CANCELLED']);

/** Everything, or of a former member, whose entry in the roll is an archive, only how to reach him. */
export const erasureScope = z.enum(['ALL', 'CONTACT']);

export const year = z.int().min(1949).max(2200);
/** Money in whole fen; below 0 for a loss. */
export const fen = z.int();
/** UTC instant. */
export const instant = z.iso.datetime({ offset: true });

export const villageClass = z.enum(['SHELL', 'WEAK', 'BELOW', 'REACHED', 'GOOD', 'STAR']);
export const propertyMode = z.enum(['NONE', 'COMPANY', 'OWNERS', 'COMMUNITY_TRUST', 'UNIT', 'STATE_PLATFORM']);
export const matterLevel = z.enum(['GRID', 'COMMUNITY', 'STREET', 'DEPARTMENT']);
export const entityKind = z.enum([
  'COMPANY',
  'SOLE_TRADER',
  'MICRO_FIRM',
  'PRIVATE_SCHOOL',
  'PRIVATE_HOSPITAL',
  'LAW_FIRM',
  'TRADE_ASSOCIATION',
  'FOUNDATION',
  'SOCIAL_GROUP',
  'SERVICE_BODY',
]);
export const entityOperating = z.enum(['OPEN', 'IDLE', 'SHELL', 'DUPLICATE', 'GONE', 'CLOSED']);
export const partyState = z.enum([
  'UNSWEPT',
  'SWEPT',
  'INSTRUCTED',
  'QUALIFIED',
  'SETTING_UP',
  'ORGANISED',
  'AT_RISK',
  'LAPSED',
  'CLOSED',
]);

/** How a figure is compared with its target; `REPORT`: shown, not judged. `RISE`: above the period before. */
export const comparator = z.enum(['AT_LEAST', 'AT_MOST', 'EXACTLY', 'RISE', 'REPORT']);
