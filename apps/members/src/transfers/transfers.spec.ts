import { accessTable, testService, type TestService } from '@jishi/testing';
import { actors, branches, freshBranch, freshMember, freshMembers, freshPerson, orgs } from '../../seeds/branches';
import { members } from '../service';
import { expireLetters } from './transfers.letters';

const fields = /* GraphQL */ `
  id version state letterNo issuedOn validUntil daysInTransit overdue arrivedOn slipOn reissues refusalReason
  member { id status organization { id } }
  issuedBy { id }
`;
const mutation = (name: string, input: string) => /* GraphQL */ `
  mutation ($input: ${input}!) { ${name}(input: $input) { transfer { ${fields} } warnings { code message } } }
`;
const steps = {
  open: ['openTransfer', mutation('openTransfer', 'OpenTransferInput')],
  issue: ['issueTransfer', mutation('issueTransfer', 'IssueTransferInput')],
  accept: ['acceptTransfer', mutation('acceptTransfer', 'TransferStepInput')],
  refuse: ['refuseTransfer', mutation('refuseTransfer', 'RefuseTransferInput')],
  slip: ['returnTransferSlip', mutation('returnTransferSlip', 'ReturnTransferSlipInput')],
  reissue: ['reissueTransfer', mutation('reissueTransfer', 'ReissueTransferInput')],
  cancel: ['cancelTransfer', mutation('cancelTransfer', 'TransferStepInput')],
} as const;
type StepName = keyof typeof steps;
type Actor = (typeof actors)[keyof typeof actors];

interface TransferReply {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly letterNo: string | null;
  readonly validUntil: string | null;
  readonly member: {
    readonly id: string;
    readonly status: string;
    readonly organization: { readonly id: string };
  } | null;
}
interface Reply {
  readonly transfer: TransferReply;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

let service: TestService;
beforeAll(async () => {
  service = await testService(members, branches);
});
afterAll(() => service.close());
beforeEach(async () => {
  service.on('2026-03-01');
  await service.forget();
});

/** Takes a step as somebody, with the version of the transfer that the step before left. */
async function as(actor: Actor, step: StepName, input: object): Promise<Reply> {
  const [name, text] = steps[step];
  return (await service.data<Record<string, Reply>>(actor, text, { input }))[name]!;
}
const verdict = (actor: Actor, step: StepName, input: object) => service.verdict(actor, steps[step][1], { input });
const seen = ({ transfer: { id, version } }: Reply) => ({ id, version });

/** A fresh member of branch A (or another branch) whose transfer to branch B has come as far as the test wants. */
async function opened(more: object = {}, from: string = orgs.branchA): Promise<Reply & { readonly memberId: string }> {
  const { id: memberId } = await freshMember(service, from);
  const input = { scope: 'INSIDE', memberId, toOrgId: orgs.branchB, reason: 'WORK', ...more };
  return { ...(await as(actors.cityOrg, 'open', input)), memberId };
}
const issued = async (more: object = {}) =>
  as(actors.townA, 'issue', { ...seen(await opened(more)), duesSettled: true });
const arrived = async (more: object = {}) => as(actors.branchB, 'accept', seen(await issued(more)));

/** The ids of the members of a branch and their number, as another service's question would reach them. */
async function branchOf(orgId: string, asOf?: string): Promise<{ readonly ids: string[]; readonly total: number }> {
  const query = /* GraphQL */ `
    query ($of: [_Any!]!, $asOf: Date) {
      _entities(representations: $of) {
        ... on PartyOrganization {
          members(first: 100, asOf: $asOf) {
            edges {
              node {
                id
              }
            }
          }
          memberCount(asOf: $asOf) {
            total
          }
        }
      }
    }
  `;
  const of = [{ __typename: 'PartyOrganization', id: orgId }];
  interface Branch {
    readonly members: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
    readonly memberCount: { readonly total: number };
  }
  const { _entities: branchesFound } = await service.data<{ _entities: Branch[] }>(actors.cityOrg, query, { of, asOf });
  const [branch] = branchesFound;
  return { ids: branch!.members.edges.map(({ node }) => node.id), total: branch!.memberCount.total };
}

describe('MEM-03 a transfer between two branches', () => {
  it('MEM-03 counts the member in the source branch until the receiving branch accepts', async () => {
    const { memberId, ...draft } = await opened();
    const [sourceBefore, receiverBefore] = [await branchOf(orgs.branchA), await branchOf(orgs.branchB)];
    expect(sourceBefore.ids).toContain(memberId);

    const letter = await as(actors.townA, 'issue', { ...seen(draft), duesSettled: true });
    expect(letter.transfer).toMatchObject({
      state: 'ISSUED',
      letterNo: expect.stringMatching(/^ORG003〔2026〕\d+号$/),
      validUntil: '2026-03-11',
      issuedBy: { id: orgs.townA },
    });
    expect((await branchOf(orgs.branchA)).ids).toContain(memberId);

    await service.forget();
    service.on('2026-03-11');
    const { transfer } = await as(actors.branchB, 'accept', seen(letter));
    expect(transfer).toMatchObject({
      state: 'ARRIVED',
      arrivedOn: '2026-03-11',
      member: { organization: { id: orgs.branchB } },
    });
    const [source, receiver] = [await branchOf(orgs.branchA), await branchOf(orgs.branchB)];
    expect(source.ids).not.toContain(memberId);
    expect(receiver.ids).toContain(memberId);
    expect(source.total + receiver.total).toBe(sourceBefore.total + receiverBefore.total);
    expect((await branchOf(orgs.branchA, '2026-03-10')).ids).toContain(memberId);

    const told = await service.emitted();
    expect(told.find(({ type }) => type === 'members.member.transferred.v1')).toMatchObject({
      key: memberId,
      data: {
        fromOrgId: orgs.branchA,
        toOrgId: orgs.branchB,
        scope: 'INSIDE',
        reason: 'WORK',
        effectiveOn: '2026-03-11',
      },
    });
    expect(
      told.filter(({ type }) => type === 'members.roster.changed.v1').map(({ key, data }) => [key, data.total]),
    ).toEqual([
      [orgs.branchA, source.total],
      [orgs.branchB, receiver.total],
    ]);
  });

  it('MEM-03 the register of an earlier day still shows who has moved away, without a name that is no longer the branch’s to see', async () => {
    const { transfer } = await as(actors.townB, 'accept', seen(await issued()));
    service.on('2026-03-02');
    const query = /* GraphQL */ `
      query ($asOf: Date) {
        members(asOf: $asOf, first: 100) {
          nodes {
            id
            organization {
              id
            }
            person {
              name
            }
            actions {
              step
            }
          }
        }
      }
    `;
    interface Row {
      readonly id: string;
    }
    const row = async (asOf?: string) =>
      (await service.data<{ members: { nodes: Row[] } }>(actors.townA, query, { asOf })).members.nodes.find(
        ({ id }) => id === transfer.member!.id,
      );
    const earlier = { organization: { id: orgs.branchA }, person: null, actions: [] };
    expect(await row('2026-02-28')).toMatchObject(earlier);
    expect(await row('2026-03-01')).toBeUndefined();
    expect(await row()).toBeUndefined();
  });

  it('MEM-03 is closed by the return slip of the receiving branch', async () => {
    const { transfer } = await as(actors.branchB, 'slip', seen(await arrived()));
    expect(transfer).toMatchObject({ state: 'CLOSED', slipOn: '2026-03-01' });
  });

  it('MEM-03 a letter is good for the days that were asked for, by default those of the rule, never beyond its maximum', async () => {
    expect((await issued({ validDays: 90 })).transfer.validUntil).toBe('2026-05-30');
    const { id: memberId } = await freshMember(service, orgs.branchA);
    const input = { scope: 'INSIDE', memberId, toOrgId: orgs.branchB, reason: 'MOVE', validDays: 91 };
    expect(await verdict(actors.branchA, 'open', input)).toBe('VALIDITY_OUT_OF_RANGE');
  });

  it('MEM-03 warns when the receiving branch would have more than fifty members, and takes the member all the same', async () => {
    const full = await freshBranch(service, orgs.townB);
    await freshMembers(service, full, 50);
    const letter = await issued({ toOrgId: full });
    const { transfer, warnings } = await as(actors.townB, 'accept', seen(letter));
    expect(transfer.state).toBe('ARRIVED');
    expect(warnings).toEqual([{ code: 'RECEIVER_OVERSIZE', message: expect.stringContaining('51名党员，超过50人') }]);
  });

  it('MEM-03 a member is under way to one place only', async () => {
    const { memberId } = await opened();
    const again = { scope: 'INSIDE', memberId, toOrgId: orgs.branchC, reason: 'WORK' };
    expect(await verdict(actors.branchA, 'open', again)).toBe('TRANSFER_UNDER_WAY');
  });

  it.each([
    ['the same branch', { toOrgId: orgs.branchA }, 'SAME_BRANCH'],
    ['a committee', { toOrgId: orgs.townB }, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['a temporary branch', { toOrgId: orgs.temporary }, 'ORGANIZATION_HOLDS_NO_MEMBERS'],
    ['no branch at all', { toOrgId: null }, 'INVALID_INPUT'],
  ])('MEM-03 cannot be opened to %s', async (_, more, code) => {
    const { id: memberId } = await freshMember(service, orgs.branchA);
    expect(await verdict(actors.branchA, 'open', { scope: 'INSIDE', memberId, reason: 'WORK', ...more })).toBe(code);
  });

  it('MEM-03 says which field is wrong as the form calls it, and in the words of the office', async () => {
    const { id: memberId } = await freshMember(service, orgs.branchA);
    const told = async (more: object, language: 'zh' | 'en' = 'zh') => {
      const input = { scope: 'INSIDE', memberId, reason: 'WORK', ...more };
      const { errors } = await service.ask(actors.branchA, steps.open[1], { input }, language);
      return `${String(errors?.[0]?.extensions?.field)} ${errors?.[0]?.message ?? ''}`;
    };
    expect(await told({ toOrgId: orgs.townB })).toMatch(/^toOrgId .*不是可以编入党员的党支部/);
    expect(await told({})).toBe('toOrgId 此范围的接转必须填写转入党支部');
    expect(await told({ scope: 'OUT', outsideName: '  ' })).toBe('outsideName 此范围的接转必须填写市外党组织名称');
    expect(await told({}, 'en')).toBe('toOrgId A transfer of this scope needs the receiving branch');
  });

  it('MEM-03 no letter goes out while dues are open', async () => {
    expect(await verdict(actors.townA, 'issue', { ...seen(await opened()), duesSettled: false })).toBe(
      'DUES_NOT_SETTLED',
    );
  });

  it('MEM-03 the letter is written by the nearest committee that approves admissions, not by a general branch', async () => {
    const { memberId: _, ...draft } = await opened({ toOrgId: orgs.branchB }, orgs.branchC);
    const { transfer } = await as(actors.townB, 'issue', { ...seen(draft), duesSettled: true });
    expect(transfer).toMatchObject({ issuedBy: { id: orgs.townB }, letterNo: expect.stringMatching(/^ORG004/) });
  });

  it('MEM-03 a branch that refuses says why, and the member stays', async () => {
    const letter = await issued();
    expect(await verdict(actors.branchB, 'refuse', { ...seen(letter), reason: 'NOT_MY_KIND' })).toMatch(
      /NOT_MY_KIND|Enum/,
    );
    const { transfer } = await as(actors.branchB, 'refuse', { ...seen(letter), reason: 'PAPERS_INCOMPLETE' });
    expect(transfer).toMatchObject({ state: 'REFUSED', refusalReason: 'PAPERS_INCOMPLETE' });
    expect((await branchOf(orgs.branchA)).ids).toContain(letter.transfer.member!.id);
    expect(await verdict(actors.branchB, 'accept', seen({ transfer, warnings: [] }))).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-03 can be withdrawn before arrival, not after', async () => {
    expect((await as(actors.branchA, 'cancel', seen(await opened()))).transfer.state).toBe('CANCELLED');
    expect((await as(actors.branchA, 'cancel', seen(await issued()))).transfer.state).toBe('CANCELLED');
    expect(await verdict(actors.cityOrg, 'cancel', seen(await arrived()))).toBe('STEP_NOT_POSSIBLE');
  });

  it('MEM-03 a step taken on an old version is refused', async () => {
    const draft = seen(await opened());
    await as(actors.townA, 'issue', { ...draft, duesSettled: true });
    expect(await verdict(actors.branchA, 'cancel', draft)).toBe('STALE_VERSION');
  });
});

describe('MEM-03 letters that are not used in time', () => {
  const expire = () => expireLetters({ today: service.today, transact: service.asSystem });

  it('MEM-03 expire by the clock on the day after the last, are issued again at most twice, and can then only be opened anew', async () => {
    let letter = await issued();
    service.on('2026-03-11');
    await expire();
    expect(await stateOf(letter)).toBe('ISSUED');
    for (const [day, again] of [
      ['2026-03-12', 'allowed'],
      ['2026-03-23', 'allowed'],
      ['2026-04-03', 'REISSUED_TOO_OFTEN'],
    ] as const) {
      service.on(day);
      expect(await verdict(actors.branchB, 'accept', seen(letter))).toBe('LETTER_EXPIRED');
      await expire();
      await expire();
      expect(await stateOf(letter)).toBe('EXPIRED');
      const input = { id: letter.transfer.id, version: letter.transfer.version + 1, reason: '本人未及时报到' };
      if (again === 'allowed') letter = await as(actors.townA, 'reissue', input);
      else expect(await verdict(actors.townA, 'reissue', input)).toBe(again);
    }
    const memberId = letter.transfer.member!.id;
    const anew = { scope: 'INSIDE', memberId, toOrgId: orgs.branchB, reason: 'WORK' };
    expect(await verdict(actors.branchA, 'open', anew)).toBe('allowed');
    const told = (await service.emitted()).filter(({ key }) => key === letter.transfer.id).map(({ type }) => type);
    expect(told.filter((type) => type === 'members.transfer.expired.v1')).toHaveLength(3);
  });

  it('MEM-03 an expired letter is not issued again while the member is under way elsewhere', async () => {
    const letter = await issued();
    service.on('2026-03-12');
    await expire();
    const elsewhere = { scope: 'INSIDE', memberId: letter.transfer.member!.id, toOrgId: orgs.branchC, reason: 'WORK' };
    await as(actors.branchA, 'open', elsewhere);
    const input = { id: letter.transfer.id, version: letter.transfer.version + 1, reason: '遗失' };
    expect(await verdict(actors.townA, 'reissue', input)).toBe('TRANSFER_UNDER_WAY');
  });

  it('MEM-03 are listed when they are under way longer than the office lets pass', async () => {
    const letter = await issued({ validDays: 30 });
    const list = /* GraphQL */ `
      query ($days: Int!) {
        transfers(filter: { inTransitOverDays: $days }) {
          edges {
            node {
              id
              daysInTransit
              overdue
            }
          }
        }
      }
    `;
    const listed = async (days: number) =>
      (
        await service.data<{ transfers: { edges: { node: { id: string } }[] } }>(actors.townA, list, { days })
      ).transfers.edges
        .map(({ node }) => node)
        .find(({ id }) => id === letter.transfer.id);
    service.on('2026-03-11');
    expect(await listed(10)).toBeUndefined();
    expect(await listed(9)).toMatchObject({ daysInTransit: 10, overdue: false });
    service.on('2026-03-12');
    expect(await listed(10)).toMatchObject({ daysInTransit: 11, overdue: true });
  });

  const stateOf = async ({ transfer: { id } }: Reply) =>
    (
      await service.data<{ transfer: { state: string } }>(
        actors.cityOrg,
        `query ($id: ID!) { transfer(id: $id) { state } }`,
        { id },
      )
    ).transfer.state;
});

describe('MEM-03 a member who is no longer where the transfer found him', () => {
  const depart = /* GraphQL */ `
    mutation ($input: RecordDepartureInput!) {
      recordDeparture(input: $input) {
        member {
          status
        }
      }
    }
  `;
  const die = (memberId: string) =>
    service.data(actors.cityOrg, depart, {
      input: { id: memberId, version: 1, departure: 'DECEASED', on: '2026-03-01' },
    });
  const clock = () => expireLetters({ today: service.today, transact: service.asSystem });
  const stateOf = async (id: string) =>
    (await service.database.query<{ state: string }>('state-of', 'SELECT state FROM transfer WHERE id = $1', [id]))[0]!
      .state;

  it('MEM-03 an expired letter is not issued again for a member who has moved elsewhere since', async () => {
    const { memberId, ...draft } = await opened();
    const letter = await as(actors.townA, 'issue', { ...seen(draft), duesSettled: true });
    service.on('2026-03-12');
    await clock();
    const elsewhere = await as(actors.cityOrg, 'open', {
      scope: 'INSIDE',
      memberId,
      toOrgId: orgs.branchC,
      reason: 'WORK',
    });
    await as(
      actors.branchC,
      'accept',
      seen(await as(actors.townA, 'issue', { ...seen(elsewhere), duesSettled: true })),
    );
    expect(
      await verdict(actors.townA, 'reissue', {
        id: letter.transfer.id,
        version: letter.transfer.version + 1,
        reason: '遗失',
      }),
    ).toBe('MEMBER_ELSEWHERE');
  });

  it('MEM-03 a slip from outside does not turn a death into a moving out, and the letter falls away by the clock', async () => {
    const { memberId, ...draft } = await opened({ scope: 'OUT', toOrgId: null, outsideName: '北京市某党委' });
    const letter = await as(actors.townA, 'issue', { ...seen(draft), duesSettled: true });
    await die(memberId);
    service.on('2026-03-05');
    expect(await verdict(actors.townA, 'slip', { ...seen(letter), arrivedOn: '2026-03-04' })).toBe(
      'MEMBERSHIP_NOT_OPEN',
    );
    await service.forget();
    await clock();
    expect(await stateOf(letter.transfer.id)).toBe('CANCELLED');
    expect((await service.emitted()).map(({ type }) => type)).toEqual(['members.transfer.cancelled.v1']);
  });

  it('MEM-03 no letter is written for a member who has died', async () => {
    const { memberId, ...draft } = await opened();
    await die(memberId);
    expect(await verdict(actors.townA, 'issue', { ...seen(draft), duesSettled: true })).toBe('MEMBERSHIP_NOT_OPEN');
  });
});

describe('MEM-03 across the border of the city', () => {
  const letterFromOutside = { duesSettled: true, letterNo: '郑〔2026〕7号', issuedOn: '2026-02-20' };

  async function somebodyFromOutside() {
    const personId = await freshPerson(service, orgs.branchB);
    const input = {
      scope: 'IN',
      personId,
      toOrgId: orgs.branchB,
      outsideName: '郑州市某街道党工委',
      reason: 'WORK',
      joinedOn: '2010-07-01',
      confirmedOn: '2011-07-01',
    };
    return as(actors.branchB, 'open', input);
  }

  it('MEM-03 somebody from outside becomes a member here when the branch accepts the letter that came', async () => {
    const draft = await somebodyFromOutside();
    expect(draft.transfer.member).toBeNull();
    expect(await verdict(actors.townB, 'issue', { ...seen(draft), duesSettled: true })).toBe(
      'LETTER_FROM_OUTSIDE_MISSING',
    );
    const unnumbered = { ...seen(draft), ...letterFromOutside, letterNo: ' ' };
    expect(await verdict(actors.townB, 'issue', unnumbered)).toBe('LETTER_FROM_OUTSIDE_MISSING');
    const tomorrow = { ...seen(draft), ...letterFromOutside, issuedOn: '2026-03-02' };
    expect(await verdict(actors.townB, 'issue', tomorrow)).toBe('LETTER_FROM_THE_FUTURE');
    const letter = await as(actors.townB, 'issue', { ...seen(draft), ...letterFromOutside });
    expect(letter.transfer).toMatchObject({ letterNo: '郑〔2026〕7号', validUntil: '2026-03-22' });
    const before = await branchOf(orgs.branchB);
    const { transfer } = await as(actors.branchB, 'accept', seen(letter));
    expect(transfer.member).toMatchObject({ status: 'FULL', organization: { id: orgs.branchB } });
    expect((await branchOf(orgs.branchB)).total).toBe(before.total + 1);
  });

  it('MEM-03 who leaves the city counts here until the slip comes from outside, and is taken up again when he returns', async () => {
    const { memberId, ...draft } = await opened({ scope: 'OUT', toOrgId: null, outsideName: '北京市某党委' });
    const letter = await as(actors.townA, 'issue', { ...seen(draft), duesSettled: true });
    expect(letter.transfer.validUntil).toBe('2026-03-31');
    expect(await verdict(actors.townA, 'accept', seen(letter))).toBe('NOT_ALLOWED');
    service.on('2026-03-20');
    expect((await branchOf(orgs.branchA)).ids).toContain(memberId);
    expect(await verdict(actors.townA, 'slip', seen(letter))).toBe('INVALID_INPUT');
    expect(await verdict(actors.townA, 'slip', { ...seen(letter), arrivedOn: '2026-04-01' })).toBe(
      'ARRIVED_OUTSIDE_VALIDITY',
    );
    const { transfer } = await as(actors.townA, 'slip', { ...seen(letter), arrivedOn: '2026-03-15' });
    expect(transfer).toMatchObject({ state: 'CLOSED', member: { status: 'MOVED_OUT' } });
    expect((await branchOf(orgs.branchA)).ids).not.toContain(memberId);
    expect((await branchOf(orgs.branchA, '2026-03-14')).ids).toContain(memberId);

    service.on('2026-06-01');
    const [{ person_id: personId }] = (await service.database.query(
      'person-of',
      'SELECT person_id FROM member WHERE id = $1',
      [memberId],
    )) as [{ person_id: string }];
    const back = {
      scope: 'IN',
      personId,
      toOrgId: orgs.branchA,
      outsideName: '北京市某党委',
      reason: 'WORK',
      joinedOn: '2000-07-01',
      confirmedOn: '2001-07-01',
    };
    const reopened = await as(actors.branchA, 'open', back);
    const incoming = await as(actors.townA, 'issue', {
      ...seen(reopened),
      ...letterFromOutside,
      issuedOn: '2026-05-20',
      letterNo: '京1号',
    });
    const { transfer: done } = await as(actors.branchA, 'accept', seen(incoming));
    expect(done.member).toMatchObject({ id: memberId, status: 'FULL' });
  });

  it('MEM-03 the dates of somebody from outside are looked at before his letter is', async () => {
    const personId = await freshPerson(service, orgs.branchB);
    const outside = { scope: 'IN', personId, toOrgId: orgs.branchB, outsideName: '郑州', reason: 'WORK' };
    for (const dates of [{ joinedOn: '2030-01-01' }, { joinedOn: '2010-07-01', confirmedOn: '2009-07-01' }])
      expect(await verdict(actors.branchB, 'open', { ...outside, ...dates })).toBe('DATES_OUT_OF_ORDER');
  });

  it('MEM-03 a member of the city does not come in from outside', async () => {
    const { id } = await freshMember(service, orgs.branchB);
    const [{ person_id: personId }] = (await service.database.query(
      'person-of',
      'SELECT person_id FROM member WHERE id = $1',
      [id],
    )) as [{ person_id: string }];
    const input = {
      scope: 'IN',
      personId,
      toOrgId: orgs.branchB,
      outsideName: '郑州',
      reason: 'WORK',
      joinedOn: '2010-07-01',
    };
    expect(await verdict(actors.branchB, 'open', input)).toBe('ALREADY_A_MEMBER');
  });
});

describe('MEM-03 what an officer may do', () => {
  it('MEM-03 shows every step with the reasons against it', async () => {
    const { transfer } = await issued();
    const query = `query ($id: ID!) { transfer(id: $id) { actions { step allowed reasons { code } } } }`;
    const offered = async (actor: Actor) => {
      const reply = await service.data<{
        transfer: { actions: { step: string; allowed: boolean; reasons: { code: string }[] }[] };
      }>(actor, query, { id: transfer.id });
      return Object.fromEntries(
        reply.transfer.actions.map(({ step, allowed, reasons }) => [step, allowed || reasons.map(({ code }) => code)]),
      );
    };
    expect(await offered(actors.branchB)).toMatchObject({
      accept: true,
      refuse: true,
      cancel: ['NOT_ALLOWED'],
      issue: ['NOT_ALLOWED', 'STEP_NOT_POSSIBLE'],
    });
    expect(await offered(actors.branchA)).toMatchObject({ accept: ['NOT_ALLOWED'], cancel: true });
  });

  const everybody = (verdicts: readonly string[]) => {
    const names = [
      'branchA',
      'village',
      'townA',
      'branchB',
      'townB',
      'countyOrg',
      'cityOrg',
      'branchC',
      'stranger',
      'nobody',
      'auditor',
    ] as const;
    return Object.fromEntries(names.map((name, index) => [name, [actors[name], verdicts[index]!] as const]));
  };
  const yes = 'allowed';
  const no = 'NOT_ALLOWED';
  const none = 'NOT_FOUND';

  //                                          A    village townA   B    townB county city   C    stranger nobody auditor
  accessTable(
    'MEM-03 open',
    () => freshMember(service, orgs.branchA),
    (actor, { id: memberId }) =>
      verdict(actor, 'open', { scope: 'INSIDE', memberId, toOrgId: orgs.branchB, reason: 'WORK' }),
    everybody([yes, yes, yes, none, none, yes, yes, none, none, no, no]),
  );
  accessTable(
    'MEM-03 issue',
    opened,
    (actor, draft) => verdict(actor, 'issue', { ...seen(draft), duesSettled: true }),
    everybody([no, no, yes, no, no, yes, yes, no, no, no, no]),
  );
  accessTable(
    'MEM-03 accept',
    issued,
    (actor, letter) => verdict(actor, 'accept', seen(letter)),
    everybody([no, no, no, yes, yes, yes, yes, none, none, no, no]),
  );
  accessTable(
    'MEM-03 refuse',
    issued,
    (actor, letter) => verdict(actor, 'refuse', { ...seen(letter), reason: 'WRONG_BRANCH' }),
    everybody([no, no, no, yes, yes, yes, yes, none, none, no, no]),
  );
  accessTable(
    'MEM-03 return the slip',
    arrived,
    (actor, done) => verdict(actor, 'slip', seen(done)),
    everybody([no, no, no, yes, yes, yes, yes, none, none, no, no]),
  );
  accessTable(
    'MEM-03 cancel',
    issued,
    (actor, letter) => verdict(actor, 'cancel', seen(letter)),
    everybody([yes, yes, yes, no, no, yes, yes, none, none, no, no]),
  );
  accessTable(
    'MEM-03 reissue',
    async () => {
      const { transfer } = await issued();
      service.on('2026-03-12');
      await expireLetters({ today: service.today, transact: service.asSystem });
      return { id: transfer.id, version: transfer.version + 1, reason: '遗失' };
    },
    (actor, input) => verdict(actor, 'reissue', input),
    everybody([no, no, yes, no, no, yes, yes, no, no, no, no]),
  );
});
