import type { CivilDate } from '@jishi/periods';

/** `county`: one county seen through a few towns, for a first look and for tests. `city`: everything of rules.md §10. */
export type Size = 'county' | 'city';

export type Board = 'ORGANS' | 'VILLAGES_COMMUNITIES' | 'ENTERPRISES';
export type OrganizationKind = 'COMMITTEE' | 'WORK_COMMITTEE' | 'GENERAL_BRANCH' | 'BRANCH' | 'JOINT_BRANCH';
export type OrganizationStatus = 'PREPARING' | 'ACTIVE' | 'CLOSING' | 'DISSOLVED';
export type HostKind = 'AREA' | 'VILLAGE' | 'COMMUNITY' | 'UNIT' | 'ENTERPRISE' | 'SOCIAL_ORG';

export interface Host {
  readonly kind: HostKind;
  /** An area code for AREA, VILLAGE and COMMUNITY, otherwise the id of the unit, firm or social organisation. */
  readonly id: string;
}

export interface AreaRow {
  readonly code: string;
  readonly name: string;
  readonly level: 'CITY' | 'COUNTY' | 'TOWN' | 'GRASSROOTS';
  readonly kind: 'TOWNSHIP' | 'TOWN' | 'STREET' | 'VILLAGE' | 'COMMUNITY' | 'DEV_ZONE' | null;
  readonly parentCode: string | null;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
  readonly replacedBy: readonly string[];
}

export interface UnitRow {
  readonly id: string;
  readonly name: string;
  readonly uscc: string;
  readonly kind: 'ORGAN' | 'INSTITUTION' | 'SOE' | 'PUBLIC_HOSPITAL' | 'SCHOOL';
  readonly areaCode: string;
  readonly leadershipMode: 'PARTY_LED_HEAD' | 'SOE_BOARD' | 'ORGAN' | null;
  readonly status: 'ACTIVE' | 'CLOSED';
  /** The department that it is, by the code of `departments`; null for all the others. */
  readonly departmentCode: string | null;
}

/** What may change in the life of an organisation; one row of its history. */
export interface OrganizationFacts {
  readonly name: string;
  readonly kind: OrganizationKind;
  readonly superiorId: string | null;
  readonly areaCode: string;
  readonly status: OrganizationStatus;
}

export interface OrganizationPeriod extends OrganizationFacts {
  readonly validFrom: CivilDate;
  /** First day no longer valid; null for what is true now. */
  readonly validTo: CivilDate | null;
  readonly changeId: string | null;
}

export interface OrganizationRow extends OrganizationFacts {
  readonly id: string;
  /** Area code and a number within the area: `410823102200-0001`. */
  readonly code: string;
  readonly board: Board;
  readonly setUpWay: 'SINGLE' | 'JOINT' | 'TRADE' | 'REGIONAL';
  readonly flags: readonly string[];
  readonly host: Host;
  /** All the hosts of a joint branch, the first of them `host`; one host otherwise. */
  readonly hosts: readonly Host[];
  readonly depth: number;
  /** Ids from the root down to the organisation itself. */
  readonly path: readonly string[];
  readonly establishedOn: CivilDate;
  readonly approvalDocument: string;
  readonly closedOn: CivilDate | null;
  readonly mergedIntoId: string | null;
  readonly history: readonly OrganizationPeriod[];
}

export interface ChangeRow {
  readonly id: string;
  readonly kind: 'ESTABLISH' | 'REASSIGN' | 'MERGE' | 'SPLIT' | 'RENAME' | 'DISSOLVE';
  readonly state: 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'EFFECTIVE' | 'REJECTED';
  readonly orgId: string | null;
  readonly orgIds: readonly string[];
  readonly targetSuperiorId: string | null;
  readonly reason: string;
  readonly document: string | null;
  readonly effectiveOn: CivilDate;
  readonly submittedOn: CivilDate | null;
  readonly decidedOn: CivilDate | null;
  readonly decisionReason: string | null;
  /** Where the members of a dissolved or merged organisation go. */
  readonly memberPlan: { readonly toOrgId: string | null } | null;
  readonly archivePlan: string | null;
  readonly proposal: {
    readonly organization?: {
      readonly code: string;
      readonly name: string;
      readonly kind: OrganizationKind;
      readonly board: Board;
      readonly setUpWay: OrganizationRow['setUpWay'];
      readonly flags: readonly string[];
      readonly hostKind: HostKind;
      readonly hostId: string;
      readonly areaCode: string;
    };
    readonly name?: string;
    readonly parts?: readonly { readonly code: string; readonly name: string; readonly memberIds: readonly string[] }[];
  };
}

export interface BodyRow {
  readonly id: string;
  readonly kind: 'PARTY_COMMITTEE' | 'BRANCH_COMMITTEE' | 'VILLAGE_COMMITTEE' | 'RESIDENTS_COMMITTEE';
  /** The organisation whose body it is; of a village or residents' committee the organisation that leads the place. */
  readonly orgId: string;
  readonly host: Host | null;
  readonly areaCode: string;
  readonly seats: number;
  readonly closedOn: CivilDate | null;
}

export type TermState = 'IN_TERM' | 'DUE' | 'EXTENDED' | 'OVERDUE' | 'ENDED';

export interface TermRow {
  readonly id: string;
  readonly bodyId: string;
  readonly no: number;
  readonly startOn: CivilDate;
  readonly dueOn: CivilDate;
  /** The day the next term began; null for the term that runs. */
  readonly endedOn: CivilDate | null;
  readonly state: TermState;
  readonly extensionMonths: number;
  readonly extensionDocument: string | null;
  /** `dueOn` plus the approved extension. */
  readonly endsOn: CivilDate;
}

export interface PostRow {
  readonly id: string;
  readonly bodyId: string;
  readonly termId: string;
  readonly personId: string;
  readonly kind:
    | 'SECRETARY'
    | 'DEPUTY_SECRETARY'
    | 'ORG_MEMBER'
    | 'PUBLICITY_MEMBER'
    | 'DISCIPLINE_MEMBER'
    | 'COMMITTEE_MEMBER'
    | 'DIRECTOR'
    | 'DEPUTY_DIRECTOR'
    | 'COMMITTEE_PERSON';
  readonly from: CivilDate;
  readonly to: CivilDate | null;
  readonly endReason: 'TERM_END' | null;
  readonly isFullTime: boolean;
}

export type MemberStatus = 'PROBATIONARY' | 'FULL' | 'SUSPENDED' | 'LEFT' | 'MOVED_OUT' | 'DECEASED';
export type MemberClass =
  'IN_POST' | 'RETIRED' | 'RURAL' | 'COMMUNITY' | 'MOBILE' | 'STUDENT' | 'JOB_SEEKING' | 'NEW_EMPLOYMENT' | 'UNABLE';

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly citizenId: string;
  /** GB/T 2261.1: 1 male, 2 female. */
  readonly gender: 1 | 2;
  readonly birthDate: CivilDate;
  /** GB/T 4658: 14 master, 20 bachelor, 30 junior college, 40 vocational, 60 senior, 70 junior secondary, 80 primary. */
  readonly education: string;
  readonly phone: string;
  readonly homeAreaCode: string;
  readonly workTitle: string | null;
  readonly workHost: Host | null;
  /** The organisation that keeps the record. */
  readonly orgId: string;
}

export interface MemberRow {
  readonly id: string;
  readonly personId: string;
  readonly orgId: string;
  readonly status: MemberStatus;
  readonly joinedOn: CivilDate;
  readonly confirmedOn: CivilDate | null;
  readonly suspendedOn: CivilDate | null;
  readonly leftOn: CivilDate | null;
  readonly leaveReason: string | null;
  readonly memberClass: MemberClass;
  readonly ruralFlag: boolean;
  readonly inPostFlag: boolean;
}

/** Where a member belonged, and as what, over a time; the periods of one member never overlap. */
export interface MemberPeriod {
  readonly memberId: string;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate | null;
  readonly orgId: string;
  readonly status: MemberStatus;
  readonly memberClass: MemberClass;
  readonly reason:
    'RECORDED' | 'ADMITTED' | 'CONFIRMED' | 'TRANSFERRED' | 'SUSPENDED' | 'LEFT' | 'MOVED_OUT' | 'DECEASED';
  readonly transferId: string | null;
}

export type TransferState = 'DRAFT' | 'ISSUED' | 'ARRIVED' | 'CLOSED' | 'EXPIRED' | 'REFUSED' | 'CANCELLED';

export interface TransferRow {
  readonly id: string;
  readonly personId: string;
  /** Null while somebody from outside the city has not been received. */
  readonly memberId: string | null;
  readonly scope: 'INSIDE' | 'IN' | 'OUT';
  readonly fromOrgId: string | null;
  readonly toOrgId: string | null;
  readonly outsideName: string | null;
  readonly reason:
    'WORK' | 'MOVE' | 'RELOCATION' | 'SOE_RETIREMENT' | 'STUDY' | 'REORGANISATION' | 'FOUND_NEW_EMPLOYMENT';
  /** The committee that issues the letter or, from outside, receives it. */
  readonly issuingOrgId: string | null;
  readonly letterNo: string | null;
  readonly issuedOn: CivilDate | null;
  readonly validDays: number;
  readonly validUntil: CivilDate | null;
  readonly arrivedOn: CivilDate | null;
  readonly slipOn: CivilDate | null;
  readonly state: TransferState;
  readonly reissues: number;
  readonly reissueReason: string | null;
  readonly refusalReason: 'NOT_OF_THIS_PLACE' | 'PAPERS_INCOMPLETE' | 'WRONG_BRANCH' | null;
  /** What the letter of somebody from outside says of him. */
  readonly incomingJoinedOn: CivilDate | null;
  readonly incomingConfirmedOn: CivilDate | null;
  readonly openedOn: CivilDate;
  readonly batchId: string | null;
}

/** The people of one branch, with their membership. Persons without a member row hold a post and are no Party members. */
export interface BranchPeople {
  readonly orgId: string;
  readonly persons: readonly PersonRow[];
  readonly members: readonly MemberRow[];
  readonly periods: readonly MemberPeriod[];
  readonly transfers: readonly TransferRow[];
}

/** The leading bodies of one organisation or village, with their terms and posts. */
export interface Leadership {
  readonly bodies: readonly BodyRow[];
  readonly terms: readonly TermRow[];
  readonly posts: readonly PostRow[];
}

/** An enterprise or a social organisation, as its registrar knows it. */
export interface FirmRow {
  readonly id: string;
  readonly registrar: 'MR' | 'CA';
  readonly name: string;
  /** Null for a record that is suspected to be somebody else's duplicate. */
  readonly uscc: string | null;
  readonly kind:
    | 'COMPANY'
    | 'SOLE_TRADER'
    | 'MICRO_FIRM'
    | 'PRIVATE_SCHOOL'
    | 'PRIVATE_HOSPITAL'
    | 'LAW_FIRM'
    | 'TRADE_ASSOCIATION'
    | 'FOUNDATION'
    | 'SOCIAL_GROUP'
    | 'SERVICE_BODY';
  /** GB/T 4754: section letter and digits. */
  readonly tradeCode: string;
  readonly size: 'LARGE' | 'MEDIUM' | 'SMALL' | 'MICRO' | null;
  /** Of the village or community in which it stands. */
  readonly areaCode: string;
  readonly address: string;
  readonly employees: number;
  readonly operating: 'OPEN' | 'IDLE' | 'SHELL' | 'DUPLICATE' | 'GONE' | 'CLOSED';
  readonly registeredOn: CivilDate;
  readonly closedOn: CivilDate | null;
  readonly formTags: readonly string[];
  /** Has an organisation of its own or a joint one. */
  readonly organised: boolean;
}
