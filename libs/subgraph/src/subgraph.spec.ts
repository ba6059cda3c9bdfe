import { developmentKeys, ScopedBy, tokenSigner, type Actor } from '@jishi/access';
import { OrganizationPath } from '@jishi/database';
import { asActor, testService, type TestService } from '@jishi/testing';
import { createLogger, health } from '@jishi/telemetry';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import type { CivilDate } from '@jishi/periods';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { accessRules, forAll, printedSchemaOf, subgraphServer, type Context, type Service } from './index';

@Entity('note')
@ScopedBy({ permission: 'members:read', organization: 'org_id', stamped: true })
class Note {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) text: string;
  @Column({ type: 'text', nullable: true }) secret: string | null;
  @Column({ type: 'date' }) notedOn: string;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}

const batches: number[] = [];
const notes: Service = {
  name: 'notes',
  tree: 'organization',
  migrations: join(__dirname, '../../database/fixtures/migrations'),
  projections: [],
  capabilities: [
    {
      name: 'notes',
      schema: join(__dirname, '../fixtures/notes.graphql'),
      entities: [Note],
      constraints: { note_pkey: { code: 'NOTE_EXISTS', wording: { zh: '便笺已存在', en: 'The note exists' } } },
      resolvers: {
        Query: {
          notes: (_: unknown, __: unknown, ctx: Context) => ctx.scoped(Note, 'note').orderBy('note.id').getMany(),
          broken: () => {
            throw new Error('password=hunter2');
          },
          echo: (_: unknown, { on }: { on: string }) => on,
        },
        Mutation: {
          writeNote: (_: unknown, { input }: { input: { orgId: string; text: string } }, ctx: Context) =>
            ctx.transact((tx) =>
              tx.insert(Note, { orgId: input.orgId, text: input.text, secret: '13800000000', notedOn: tx.today }),
            ),
        },
        Note: {
          __resolveReferences: (references: readonly { id: string }[], ctx: Context) =>
            ctx
              .scoped(Note, 'note')
              .andWhere('note.id = ANY(:ids)', { ids: references.map(({ id }) => id) })
              .orderBy('note.id', 'DESC')
              .getMany(),
          siblings: forAll(async (parents: readonly Note[]) => {
            batches.push(parents.length);
            return parents.map(({ orgId }) => parents.filter((other) => other.orgId === orgId).length);
          }),
        },
      },
    },
  ],
};

const a = '01900000-0000-7000-8000-00000000000a';
const b = '01900000-0000-7000-8000-00000000000b';
const ofA = asActor('a', { role: 'BR', organizationId: a });
const nobody = asActor('nobody');
// Reads both branches; personal values only in a, because the post in b is an auditor's.
let service: TestService;
const writing = 'mutation ($input: WriteNoteInput!) { writeNote(input: $input) { id text version } }';
const write = (actor: Actor, orgId: string, text: string, clientMutationId?: string) =>
  service.ask(actor, writing, { input: { orgId, text, clientMutationId } });
/** A text of this length that does not shrink when it is packed. */
const unlike = (length: number): string =>
  Array.from({ length: length / 100 }, (_, index) =>
    createHash('sha512').update(`${index}`).digest('hex').slice(0, 100),
  ).join('');

beforeAll(async () => {
  service = await testService(notes, {
    name: 'two',
    on: '2026-06-15' as CivilDate,
    async load(tx) {
      for (const id of ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b'])
        await tx.query(`INSERT INTO organization (id, depth, ancestor_1, status) VALUES ($1, 1, $1, 'ACTIVE')`, [id]);
    },
  });
});
afterAll(() => service.close());

describe('a subgraph', () => {
  it('shows each caller his own rows and resolves a field over many parents once', async () => {
    await write(ofA, a, '甲一');
    await write(ofA, a, '甲二');
    await write(asActor('b', { role: 'BR', organizationId: b }), b, '乙');
    batches.splice(0);
    const { data } = await service.ask(ofA, '{ notes { text siblings } }');
    expect(data).toEqual({
      notes: [
        { text: '甲一', siblings: 2 },
        { text: '甲二', siblings: 2 },
      ],
    });
    expect(batches).toEqual([2]);
  });

  it('refuses who holds no permission, in Chinese or English, with the code', async () => {
    const inChinese = await service.ask(nobody, '{ notes { id } }');
    expect(inChinese.data).toBeNull();
    expect(inChinese.errors).toMatchObject([
      {
        message: '您的职务没有这项权限（members:read）',
        path: ['notes'],
        extensions: { code: 'NOT_ALLOWED', rule: 'members:read' },
      },
    ]);
    const inEnglish = await service.ask(nobody, '{ notes { id } }', {}, 'en');
    expect(inEnglish.errors?.[0]?.message).toBe('None of your posts carries the permission members:read here');
  });

  it('hides a value whose permission the caller lacks, and says which', async () => {
    const { data, errors, extensions } = await service.ask(ofA, '{ notes { secret trail } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      notes: [
        { secret: '13800000000', trail: null },
        { secret: '13800000000', trail: null },
      ],
    });
    expect(extensions).toEqual({
      hidden: [0, 1].map((index) => ({ path: ['notes', index, 'trail'], class: 'P1', permission: 'audit:read' })),
    });
  });

  it('answers references in the order they came, null for another’s row', async () => {
    const rows = (await service.database.pool.query('SELECT id, text FROM note')).rows as {
      id: string;
      text: string;
    }[];
    const idOf = (text: string) => rows.find((row) => row.text === text)!.id;
    const before = service.database.statements();
    const { data } = await service.ask(
      ofA,
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Note { text } } }',
      { r: ['甲一', '乙', '甲二', '甲一'].map((text) => ({ __typename: 'Note', id: idOf(text) })) },
    );
    expect(data).toEqual({ _entities: [{ text: '甲一' }, null, { text: '甲二' }, { text: '甲一' }] });
    expect(service.database.statements() - before).toBeLessThanOrEqual(2);
  });

  it('gives a repeated mutation its first reply', async () => {
    const replies = [await write(ofA, a, '一次', 'm-1'), await write(ofA, a, '两次', 'm-1')];
    expect(replies[1]!.data).toEqual(replies[0]!.data);
    expect((await service.database.pool.query(`SELECT 1 FROM note WHERE text IN ('一次', '两次')`)).rowCount).toBe(1);
  });

  it('X-28 shows the audit trail to the auditor and to nobody else', async () => {
    const auditor = asActor('auditor', { role: 'AUD', area: '4108' });
    const query =
      '{ notesAudit(first: 2, entity: "note") { nodes { account action changes } pageInfo { hasNextPage endCursor } } }';
    const { notesAudit } = await service.data<{ notesAudit: { nodes: { account: string; changes: string }[] } }>(
      auditor,
      query,
    );
    expect(notesAudit).toMatchObject({
      nodes: [{ account: 'a', action: 'INSERT' }, { account: 'b' }],
      pageInfo: { hasNextPage: true },
    });
    expect(JSON.parse(notesAudit.nodes[0]!.changes)).toMatchObject({ text: { after: '一次' } });
    expect(await service.verdict(ofA, query)).toBe('NOT_ALLOWED');
    expect(await service.verdict(auditor, '{ notes { id } }')).toBe('NOT_ALLOWED');
  });

  it('says that an id is malformed, instead of failing inside', async () => {
    const query = '{ _entities(representations: [{ __typename: "Note", id: "abc" }]) { __typename } }';
    const { errors } = await service.ask(ofA, query);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'id' } }]);
  });

  it.each([
    ['a null character in a text', { orgId: a, text: '甲\0乙' }],
    ['a null character in the id of a command', { orgId: a, text: '甲', clientMutationId: 'm\0' }],
    ['an id of a command that is too long to be kept', { orgId: a, text: '甲', clientMutationId: unlike(10_000) }],
  ])('says that %s is not accepted, instead of failing inside', async (_, input) => {
    const { errors } = await service.ask(ofA, writing, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'VALUE_NOT_ACCEPTED', kind: 'INVALID_INPUT' } }]);
  });

  it('masks what went wrong inside, by the code that the gateway replaces with a number of the log', async () => {
    const { errors } = await service.ask(ofA, '{ broken }');
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  it('refuses a date that is none, in the words of the office', async () => {
    expect((await service.ask(ofA, '{ echo(on: "2026-02-28") }')).data).toEqual({ echo: '2026-02-28' });
    const { errors } = await service.ask(ofA, 'query ($on: Date!) { echo(on: $on) }', { on: '2026-02-30' });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT', field: 'on' } });
    expect(errors?.[0]?.message).toContain('“2026-02-30”不是有效日期');
    expect((await service.ask(ofA, '{ echo(on: "2026-02-30") }')).errors).toMatchObject([
      { message: '“2026-02-30”不是有效日期（应为 YYYY-MM-DD）', extensions: { code: 'INVALID_INPUT' } },
    ]);
  });
});

describe('the schema', () => {
  it('does not build with a field that has no access rule, nor with a sensitive one that must not be null', () => {
    const schema = buildSchema(`
      directive @access(permission: String!, class: String = "P1") on OBJECT | FIELD_DEFINITION
      type Query { open: String  secret: String! @access(permission: "x", class: "P2")  fine: Int! @access(permission: "x") }`);
    expect(() => accessRules(schema)).toThrow(
      'Query.open has no @access\n  Query.secret is P2 and may be hidden, so it must be nullable',
    );
  });

  it('prints the same text every time', () => {
    expect(printedSchemaOf(notes)).toBe(printedSchemaOf(notes));
    expect(printedSchemaOf(notes)).toContain('type Note\n  @key(fields: "id")\n  @access(permission: "members:read")');
  });
});

describe('over HTTP', () => {
  const keys = developmentKeys(mkdtempSync(join(tmpdir(), 'keys-')), 'subgraph');
  const post = (authorization?: string, payload: object = { query: '{ notes { text } }' }) => {
    const { subgraph } = service;
    const log = createLogger('notes', 'silent');
    const server = subgraphServer({ subgraph, health: health(), log, gatewayKey: keys.publicKey });
    return server.inject({
      method: 'POST',
      url: '/graphql',
      payload,
      headers: { ...(authorization && { authorization }) },
    });
  };

  it('accepts the gateway’s token and nothing else', async () => {
    const token = tokenSigner(keys.privateKey, 'subgraph', 60)(ofA);
    expect((await post(`Bearer ${token}`)).json()).toMatchObject({ data: { notes: expect.any(Array) } });
    const persons = tokenSigner(keys.privateKey, 'user', 60)(ofA);
    for (const other of [undefined, 'Bearer x', `Bearer ${persons}`]) {
      const reply = await post(other);
      expect(reply.statusCode).toBe(401);
      expect(reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  it('says what a request must have', async () => {
    const token = tokenSigner(keys.privateKey, 'subgraph', 60)(ofA);
    expect((await post(`Bearer ${token}`, { q: 1 })).statusCode).toBe(400);
  });
});
