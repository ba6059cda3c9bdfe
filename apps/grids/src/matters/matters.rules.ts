import type { Wording } from '@jishi/errors';
import { lifecycle, system, type Steps } from '@jishi/lifecycles';
import type { LegState, MatterState } from './matters.entities';
import * as guard from './matters.guards';
import type { MatterFacts } from './matters.guards';

const table = {
  accept: { zh: '受理', en: 'accept', from: 'REPORTED', to: 'ACCEPTED', who: 'matters:accept' },
  reject: {
    zh: '不予受理',
    en: 'reject',
    from: 'REPORTED',
    to: 'REJECTED',
    who: 'matters:accept',
    needs: ['reason', 'note'],
  },
  take: {
    zh: '自行处置',
    en: 'handle here',
    from: ['ACCEPTED', 'REOPENED'],
    to: 'SELF_HANDLING',
    who: 'matters:handle',
    unless: [guard.unitsHandleIt, guard.levelTooHigh],
  },
  escalate: {
    zh: '上交街道',
    en: 'send up',
    from: ['ACCEPTED', 'SELF_HANDLING'],
    to: 'ESCALATED',
    who: 'matters:accept',
    needs: ['note'],
  },
  triage: {
    zh: '分级分流',
    en: 'grade',
    from: 'ESCALATED',
    to: 'TRIAGED',
    who: 'matters:triage',
    unless: [guard.notForStreetOrDepartment, guard.ownerMissing],
  },
  sendDown: {
    zh: '下派社区网格',
    en: 'send down',
    from: ['ESCALATED', 'TRIAGED'],
    to: 'ACCEPTED',
    who: 'matters:triage',
    needs: ['reason'],
    unless: [guard.notForGridOrCommunity, guard.typeNotAdmitted],
  },
  dispatch: { zh: '派单', en: 'dispatch', from: 'TRIAGED', to: 'DISPATCHED', who: 'matters:triage' },
  start: {
    zh: '签收并开始处置',
    en: 'start',
    from: ['DISPATCHED', 'REOPENED'],
    to: 'WORKING',
    who: 'matters:work',
  },
  refuse: {
    zh: '拒收',
    en: 'refuse',
    from: 'DISPATCHED',
    to: 'TRIAGED',
    who: 'matters:work',
    needs: ['reason'],
    unless: [guard.dispatchBinds],
  },
  return: {
    zh: '退单',
    en: 'return',
    from: ['DISPATCHED', 'WORKING'],
    to: 'TRIAGED',
    who: 'matters:work',
    needs: ['reason'],
    unless: [guard.dispatchBinds, guard.returnTooLate, guard.returnedBefore],
  },
  askSuspension: {
    zh: '申请挂账',
    en: 'ask for a suspension',
    from: 'WORKING',
    to: 'WORKING',
    who: 'matters:work',
    needs: ['reason', 'until'],
    unless: [guard.suspendedTooOften, guard.suspensionAskedAlready, guard.limitPassed, guard.untilNotAhead],
  },
  suspend: {
    zh: '同意挂账',
    en: 'suspend',
    from: 'WORKING',
    to: 'SUSPENDED',
    who: 'matters:triage',
    unless: [guard.suspensionNotAsked, guard.limitPassed, guard.suspensionOver],
  },
  declineSuspension: {
    zh: '不同意挂账',
    en: 'decline the suspension',
    from: 'WORKING',
    to: 'WORKING',
    who: 'matters:triage',
    needs: ['reason'],
    unless: [guard.suspensionNotAsked],
  },
  resume: { zh: '恢复处置', en: 'resume', from: 'SUSPENDED', to: 'WORKING', who: 'matters:work' },
  resumeByClock: {
    zh: '挂账到期恢复',
    en: 'resume when the suspension ends',
    from: 'SUSPENDED',
    to: 'WORKING',
    who: system,
    unless: [guard.suspensionStillHolds],
  },
  finish: {
    zh: '处置完成（网格、社区）',
    en: 'finish here',
    from: 'SELF_HANDLING',
    to: 'RESOLVED',
    who: 'matters:handle',
    needs: ['answer'],
    unless: [guard.evidenceMissing],
  },
  resolve: {
    zh: '处置完成（单位）',
    en: 'resolve',
    from: 'WORKING',
    to: 'RESOLVED',
    who: 'matters:work',
    needs: ['answer'],
    unless: [guard.evidenceMissing],
  },
  ask: {
    zh: '回访',
    en: 'ask the reporter',
    from: 'RESOLVED',
    to: 'FEEDBACK',
    who: 'matters:accept',
    needs: ['note'],
  },
  close: {
    zh: '办结',
    en: 'close',
    from: 'FEEDBACK',
    to: 'CLOSED',
    who: 'matters:accept',
    needs: ['answer'],
    unless: [guard.ratingOutOfRange, guard.reporterStillSilent],
  },
  reopen: {
    zh: '退回重办',
    en: 'reopen',
    from: 'FEEDBACK',
    to: 'REOPENED',
    who: 'matters:accept',
    needs: ['reason'],
    unless: [guard.reopenedTooOften],
  },
  decideClosed: {
    zh: '街道决定办结',
    en: 'close by decision of the street',
    from: 'FEEDBACK',
    to: 'CLOSED',
    who: 'matters:triage',
    needs: ['reason'],
    unless: [guard.reopeningsLeft],
  },
  decideAgain: {
    zh: '街道决定重新派单',
    en: 'take back for another dispatch',
    from: 'FEEDBACK',
    to: 'TRIAGED',
    who: 'matters:triage',
    needs: ['reason'],
    unless: [guard.reopeningsLeft],
  },
  merge: {
    zh: '合并',
    en: 'merge',
    from: ['REPORTED', 'ACCEPTED', 'SELF_HANDLING', 'ESCALATED', 'TRIAGED'],
    to: 'MERGED',
    who: 'matters:triage',
    unless: [guard.mergeTargetUnfit],
    warn: [guard.targetOfAnotherType],
  },
  void: { zh: '作废', en: 'void', from: '*', to: 'VOID', who: 'matters:triage', needs: ['reason'] },
} as const satisfies Steps<MatterFacts, MatterState>;

/**
 * 网格事项全流程闭环, model.md §6.2: report, triage, dispatch, resolve, feedback. A unit's part takes the steps from dispatch to
 * resolution; the matter follows its parts (`stateOfParts`).
 */
export const matterSteps = lifecycle<MatterFacts, MatterState>({
  zh: '事项',
  en: 'matter',
  states: {
    REPORTED: { zh: '已上报', en: 'reported' },
    REJECTED: { zh: '不受理', en: 'rejected' },
    ACCEPTED: { zh: '已受理', en: 'accepted' },
    SELF_HANDLING: { zh: '网格社区处置中', en: 'handled by the community' },
    ESCALATED: { zh: '已上交街道', en: 'sent up' },
    TRIAGED: { zh: '已分级，待派单', en: 'graded' },
    DISPATCHED: { zh: '已派单', en: 'dispatched' },
    WORKING: { zh: '处置中', en: 'being handled' },
    SUSPENDED: { zh: '挂账', en: 'suspended' },
    RESOLVED: { zh: '已处置', en: 'resolved' },
    FEEDBACK: { zh: '待回访', en: 'waiting for the reporter' },
    REOPENED: { zh: '退回重办', en: 'reopened' },
    CLOSED: { zh: '已办结', en: 'closed' },
    MERGED: { zh: '已合并', en: 'merged' },
    VOID: { zh: '已作废', en: 'void' },
  },
  facts: {
    answer: { zh: '答复内容', en: 'answer' },
    note: { zh: '说明', en: 'note' },
    until: { zh: '恢复办理的日期', en: 'day on which work goes on' },
  },
})(table);

export type MatterStep = (typeof matterSteps.steps)[number];

/** What the office calls a step. */
export const wordsOf = (step: MatterStep): Wording => table[step];

/** The steps that a unit takes, or the street with one unit's part. */
export const stepsOfParts: ReadonlySet<MatterStep> = new Set([
  'start',
  'refuse',
  'return',
  'askSuspension',
  'suspend',
  'declineSuspension',
  'resume',
  'resumeByClock',
  'resolve',
]);

/**
 * What a matter is when its parts of the last dispatch are so: it waits, is handled or stands still with those that are not done;
 * it goes back to the street when one was refused or returned and the others are done; it is resolved when all are.
 */
export function stateOfParts(parts: readonly LegState[]): MatterState {
  const undone = parts.filter((state) => state !== 'RESOLVED' && state !== 'TRIAGED');
  if (undone.length === 0) return parts.includes('TRIAGED') ? 'TRIAGED' : 'RESOLVED';
  if (undone.every((state) => state === 'SUSPENDED')) return 'SUSPENDED';
  if (undone.length === parts.length && undone.every((state) => state === undone[0])) return undone[0]!;
  return undone.every((state) => state === 'DISPATCHED') && !parts.includes('RESOLVED') ? 'DISPATCHED' : 'WORKING';
}
