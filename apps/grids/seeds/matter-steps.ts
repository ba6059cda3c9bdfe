import type { Actor } from '@jishi/access';
import type { TestService } from '@jishi/testing';
import { people, places, types } from './busy-street';

const fields = `id version no state level step dueAt overdue limitMinutesLeft dueProvisional refused returned reopened rating answer minutes
  areaCode assignedUnit { id } ownerUnit { id } legs { id unit { id } state round binding dueAt limitMinutesLeft suspensions }`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { matter { ${fields} } warnings { code } } }`;

/** Every step of a matter as a mutation. */
export const mutations = {
  report: mutation('reportMatter', 'ReportMatterInput'),
  accept: mutation('acceptMatter', 'MatterStepInput'),
  reject: mutation('rejectMatter', 'RejectMatterInput'),
  take: mutation('takeMatter', 'MatterStepInput'),
  escalate: mutation('escalateMatter', 'MatterNoteInput'),
  triage: mutation('triageMatter', 'TriageMatterInput'),
  sendDown: mutation('sendMatterDown', 'SendMatterDownInput'),
  dispatch: mutation('dispatchMatter', 'DispatchMatterInput'),
  start: mutation('startMatter', 'MatterPartInput'),
  refuse: mutation('refuseMatter', 'MatterPartReasonInput'),
  return: mutation('returnMatter', 'MatterPartReasonInput'),
  askSuspension: mutation('askMatterSuspension', 'AskMatterSuspensionInput'),
  suspend: mutation('suspendMatter', 'MatterPartInput'),
  declineSuspension: mutation('declineMatterSuspension', 'MatterPartReasonInput'),
  resume: mutation('resumeMatter', 'MatterPartInput'),
  finish: mutation('finishMatter', 'FinishMatterInput'),
  resolve: mutation('resolveMatter', 'ResolveMatterInput'),
  ask: mutation('askReporter', 'MatterNoteInput'),
  close: mutation('closeMatter', 'CloseMatterInput'),
  reopen: mutation('reopenMatter', 'MatterReasonInput'),
  decide: mutation('decideMatter', 'DecideMatterInput'),
  merge: mutation('mergeMatter', 'MergeMatterInput'),
  void: mutation('voidMatter', 'MatterReasonInput'),
} as const;
export type Step = keyof typeof mutations;

export interface Leg {
  readonly id: string;
  readonly unit: { readonly id: string };
  readonly state: string;
  readonly round: number;
  readonly binding: boolean;
  readonly dueAt: string | null;
  readonly limitMinutesLeft: number | null;
  readonly suspensions: number;
}
export interface Reply {
  readonly id: string;
  readonly version: number;
  readonly no: string;
  readonly state: string;
  readonly level: string;
  readonly dueAt: string | null;
  readonly overdue?: boolean;
  readonly minutes: number | null;
  readonly limitMinutesLeft: number | null;
  readonly legs: readonly Leg[];
}

/** An ordinary report: rubbish in the first grid, seen by its worker. */
export const rubbish = {
  typeCode: types.rubbish.code,
  origin: 'GRID_STAFF',
  ...places.first,
  summary: '3号楼北侧堆放垃圾',
  evidence: ['photo:before'],
};
const done = { answer: '已清理完毕', evidence: ['photo:after'] };

/** What each step is given besides the matter and its version. */
export const usual: Partial<Record<Step, object>> = {
  reject: { reason: 'UNCLEAR', note: '现场未发现' },
  escalate: { note: '社区无力处置' },
  triage: { level: 'DEPARTMENT' },
  sendDown: { level: 'COMMUNITY', reason: '应由社区处置' },
  refuse: { reason: '不属本单位职责' },
  return: { reason: '地点不清' },
  askSuspension: { reason: '等待配件', until: '2026-07-01' },
  declineSuspension: { reason: '可以继续' },
  finish: done,
  resolve: done,
  ask: { note: '电话回访' },
  close: { rating: 5 },
  reopen: { reason: '没有清理干净' },
  decide: { close: true, reason: '已尽责' },
  void: { reason: '误录' },
};

/** Takes steps of matters as somebody, with the version that the step before left. */
export function matterSteps(service: TestService) {
  const as = async (
    actor: Actor,
    step: Step,
    before: Pick<Reply, 'id' | 'version'> | null,
    more: object = {},
  ): Promise<Reply> => {
    const input = { ...(before && { id: before.id, version: before.version }), ...usual[step], ...more };
    const reply = await service.data<Record<string, { matter: Reply }>>(actor, mutations[step], { input });
    return Object.values(reply)[0]!.matter;
  };
  const verdict = (actor: Actor, step: Step, before: Pick<Reply, 'id' | 'version'> | null, more: object = {}) =>
    service.verdict(actor, mutations[step], {
      input: { ...(before && { id: before.id, version: before.version }), ...usual[step], ...more },
    });
  const reported = (more: object = {}) =>
    as(people.worker, 'report', null, { ...rubbish, confirmDuplicate: true, ...more });
  const accepted = async (more: object = {}) => as(people.community, 'accept', await reported(more));
  const taken = async (more: object = {}) => as(people.worker, 'take', await accepted(more));
  const finished = async (more: object = {}) => as(people.worker, 'finish', await taken(more));
  const road = { typeCode: types.road.code };
  const escalated = async (more: object = {}) => as(people.community, 'escalate', await accepted({ ...road, ...more }));
  const triaged = async (more: object = {}) => as(people.street, 'triage', await escalated(more));
  const dispatched = async (to: object = {}, more: object = {}) =>
    as(people.street, 'dispatch', await triaged(more), to);
  const working = async (more: object = {}) => as(people.cityManagement, 'start', await dispatched({}, more));
  const asking = async (more: object = {}) => as(people.cityManagement, 'askSuspension', await working(), more);
  const suspended = async (more: object = {}) => as(people.street, 'suspend', await asking(more));
  const resolved = async () => as(people.cityManagement, 'resolve', await working());
  const asked = async () => as(people.community, 'ask', await resolved());
  return {
    as,
    verdict,
    reported,
    accepted,
    taken,
    finished,
    escalated,
    triaged,
    dispatched,
    working,
    asking,
    suspended,
    resolved,
    asked,
  };
}
