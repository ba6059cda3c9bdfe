import { mayOn } from '@jishi/access';
import type { Tx } from '@jishi/database';
import { invalidInput } from '@jishi/errors';
import { matterTypeAdmitted, matterTypeSuspended } from '@jishi/event-contracts';
import { isInsideArea } from '@jishi/identifiers';
import { areaInUse } from '@jishi/known-register';
import { system } from '@jishi/lifecycles';
import type { Context } from '@jishi/subgraph';
import {
  AdmissionRequest,
  MatterType,
  MatterTypeEdition,
  type GridDuty,
  type MatterLevel,
} from './matter-types.entities';
import { mayFor, mustFor, officeInBusiness, officesByIds } from './matter-types.offices';
import {
  admissionSteps,
  categoryOf,
  checkLimits,
  typeSteps,
  type AdmissionFacts,
  type MatterLimits,
} from './matter-types.rules';

export interface RequestAdmissionInput {
  readonly code: string;
  readonly areaCode: string;
  readonly unitId: string;
  readonly name: string;
  readonly legalBasis: string;
  readonly gridDuty: GridDuty;
  readonly level: MatterLevel;
  readonly ownerUnitId?: string | null;
  readonly ownerDepartmentCode?: string | null;
  readonly emergency?: boolean | null;
  readonly limits: MatterLimits;
  readonly reason: string;
  readonly workloadMinutes: number;
  readonly money: number;
}

/** 申请准入: a department asks that a type be put on the list, or that one on it be changed (GRD-07). */
export const requestAdmission = (ctx: Context, input: RequestAdmissionInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const office = await officeInBusiness(tx.query, input.unitId, 'unitId');
    mustFor(tx.actor, 'matter-types:request', office, tx.today);
    const emergency = input.emergency ?? false;
    checkLimits(input.limits, emergency);
    await checkPlaceAndOwner(tx, input, office.areaCode);

    const edition = await proposedEdition(tx, input);
    await tx.insert(MatterTypeEdition, {
      code: input.code,
      edition,
      name: input.name.trim(),
      legalBasis: input.legalBasis.trim(),
      gridDuty: input.gridDuty,
      level: input.level,
      ownerUnitId: input.ownerUnitId ?? null,
      ownerDepartmentCode: input.ownerDepartmentCode?.trim() || null,
      emergency,
      limits: input.limits,
    });
    return tx.insert(AdmissionRequest, {
      code: input.code,
      edition,
      areaCode: input.areaCode,
      unitId: office.id,
      unitOrgId: office.orgId,
      reason: input.reason.trim(),
      workloadMinutes: input.workloadMinutes,
      moneyFen: input.money,
      state: 'REQUESTED',
      requestedOn: tx.today,
    });
  });

async function checkPlaceAndOwner(tx: Tx, input: RequestAdmissionInput, unitArea: string): Promise<void> {
  if (categoryOf(input.code) === null)
    throw invalidInput('code', {
      zh: '事项代码为4位数字，前2位是类别（01至10）',
      en: 'A code has 4 digits, of which the first two are the category, 01 to 10',
    });
  if (input.areaCode.length !== 6)
    throw invalidInput('areaCode', {
      zh: '清单属于市或者区县（6位代码）',
      en: 'A list belongs to a city or county (6 digits)',
    });
  await areaInUse(tx, input.areaCode, tx.today);
  if (!isInsideArea(unitArea, input.areaCode) && !isInsideArea(input.areaCode, unitArea))
    throw invalidInput(
      'areaCode',
      { zh: '申请单位不在该地', en: 'The unit that asks is not of this place' },
      { code: 'AREA_NOT_OF_UNIT' },
    );
  if (input.ownerUnitId) await officeInBusiness(tx.query, input.ownerUnitId, 'ownerUnitId');
  else if (!input.ownerDepartmentCode?.trim())
    throw invalidInput(
      'ownerDepartmentCode',
      { zh: '必须指明责任单位或者责任部门', en: 'Name the unit or the department that owns the matter' },
      { code: 'OWNER_MISSING' },
    );
}

/** The number of the edition asked for. The type itself changes only when it stood on no list before. */
async function proposedEdition(tx: Tx, { code, areaCode }: RequestAdmissionInput): Promise<number> {
  const known = await tx.find(MatterType, { code });
  if (!known) {
    await tx.insert(MatterType, { code, areaCode, edition: 1, state: 'REQUESTED', stateOn: tx.today });
    return 1;
  }
  const type = await tx.lock(MatterType, code);
  if (type.areaCode !== areaCode)
    throw invalidInput(
      'code',
      { zh: '代码{code}已在{area}的清单中使用', en: 'The code {code} is used by the list of {area}' },
      { code: 'CODE_OF_ANOTHER_LIST', params: { code, area: type.areaCode } },
    );
  const [last] = await tx.query<{ edition: number }>(
    'SELECT max(edition) AS edition FROM matter_type_edition WHERE code = $1',
    [code],
  );
  const edition = last!.edition + 1;
  if (type.state === 'REMOVED' || type.state === 'REFUSED') {
    const { to } = typeSteps.take('request', { state: type.state }, system);
    await tx.save(type, { state: to, edition, stateOn: tx.today, stateReason: null });
  }
  return edition;
}

interface DecisionInput {
  readonly id: string;
  readonly version: number;
}

/** 评审: with other departments, the workload and the money before them (GRD-07). */
export const reviewAdmission = (
  ctx: Context,
  input: DecisionInput & { readonly unitIds: readonly string[]; readonly opinion: string },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const request = await tx.lock(AdmissionRequest, input.id, input.version);
    const heard = await officesByIds(tx.query, input.unitIds);
    if (heard.length < new Set(input.unitIds).size)
      throw invalidInput(
        'unitIds',
        { zh: '征求意见的单位中有未登记的', en: 'One of the units heard is not recorded' },
        { code: 'UNIT_UNKNOWN' },
      );
    const others = heard.filter(({ id }) => id !== request.unitId).map(({ id }) => id);
    const { opinion } = input;
    const to = await decide(tx, request, 'review', { departmentsHeard: others.length, opinion });
    await tx.save(request, { state: to, reviewedOn: tx.today, reviewUnitIds: others, reviewOpinion: opinion.trim() });
    await follow(tx, request.code, 'review', null);
    return { id: request.id };
  });

/** 准入: the edition that was asked for comes into force; matters that run keep the edition by which they were entered (GRD-07). */
export const admitMatterType = (ctx: Context, input: DecisionInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const request = await tx.lock(AdmissionRequest, input.id, input.version);
    const to = await decide(tx, request, 'admit', {});
    await tx.save(request, { state: to, decidedOn: tx.today });
    const edition = (await tx.find(MatterTypeEdition, { code: request.code, edition: request.edition }))!;
    await tx.save(edition, { admittedOn: tx.today });
    const type = await tx.lock(MatterType, request.code);
    await tx.save(type, { state: 'ADMITTED', edition: edition.edition, stateOn: tx.today, stateReason: null });
    tellAdmitted(tx, type, edition);
    return { id: request.id };
  });

/** 不予准入: with a reason, told to the department (GRD-07). */
export const refuseAdmission = (
  ctx: Context,
  input: DecisionInput & { readonly reason: string },
): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const request = await tx.lock(AdmissionRequest, input.id, input.version);
    const to = await decide(tx, request, 'refuse', { reason: input.reason });
    await tx.save(request, { state: to, decidedOn: tx.today, decisionReason: input.reason.trim() });
    await follow(tx, request.code, 'refuse', input.reason.trim());
    return { id: request.id };
  });

/** 撤回: by the department that asked. */
export const withdrawAdmission = (ctx: Context, input: DecisionInput): Promise<{ id: string }> =>
  ctx.transact(async (tx) => {
    const request = await tx.lock(AdmissionRequest, input.id, input.version);
    const to = await decide(tx, request, 'withdraw', {});
    await tx.save(request, { state: to, decidedOn: tx.today });
    await follow(tx, request.code, 'refuse', '申请单位撤回');
    return { id: request.id };
  });

/** The state after a decision, by whoever may take it: the list's keeper for its area, or the department that asked. */
async function decide(
  tx: Tx,
  request: AdmissionRequest,
  step: (typeof admissionSteps.steps)[number],
  more: Partial<AdmissionFacts>,
): Promise<AdmissionRequest['state']> {
  const [office] = await officesByIds(tx.query, [request.unitId]);
  const may = (permission: string): boolean =>
    permission === 'matter-types:request'
      ? office !== undefined && mayFor(tx.actor, permission, office, tx.today)
      : mayKeepList(tx, request.areaCode);
  return admissionSteps.take(step, { state: request.state, today: tx.today, ...more }, may).to;
}

/** A type that was never admitted, or not any more, goes the way of its request; one on the list stays as it is. */
async function follow(tx: Tx, code: string, step: 'review' | 'refuse', reason: string | null): Promise<void> {
  const type = await tx.lock(MatterType, code);
  if (type.state !== 'REQUESTED' && type.state !== 'REVIEWED') return;
  const { to } = typeSteps.take(step, { state: type.state, reason }, system);
  await tx.save(type, { state: to, stateOn: tx.today, stateReason: reason });
}

const mayKeepList = ({ actor, today }: Tx, areaCode: string): boolean =>
  mayOn(actor, 'matter-types:admit', { area: areaCode, ofArea: true }, today);

export interface TypeStepInput {
  readonly code: string;
  readonly version: number;
  readonly reason?: string | null;
}

/** 暂停、恢复、退出: steps of a type on the list; matters that run go on (GRD-07). */
export const changeMatterType = (
  ctx: Context,
  step: 'suspend' | 'resume' | 'remove',
  { code, version, reason }: TypeStepInput,
): Promise<{ code: string }> =>
  ctx.transact(async (tx) => {
    const type = await tx.lock(MatterType, code, version);
    const { to } = typeSteps.take(step, { state: type.state, reason }, () => mayKeepList(tx, type.areaCode));
    await tx.save(type, { state: to, stateOn: tx.today, stateReason: reason?.trim() || null });
    const edition = (await tx.find(MatterTypeEdition, { code, edition: type.edition }))!;
    if (step === 'resume') tellAdmitted(tx, type, edition);
    else
      tx.emit(
        matterTypeSuspended(
          { typeCode: code, version: edition.edition, ownerUnitId: edition.ownerUnitId, removed: step === 'remove' },
          { areaCode: type.areaCode },
        ),
      );
    return { code };
  });

const tellAdmitted = (tx: Tx, { code, areaCode }: MatterType, { edition, ownerUnitId }: MatterTypeEdition): void =>
  tx.emit(matterTypeAdmitted({ typeCode: code, version: edition, ownerUnitId }, { areaCode }));
