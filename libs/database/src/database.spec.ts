import { ScopedBy, systemActor, type Actor } from '@jishi/access';
import { DomainError } from '@jishi/errors';
import type { CivilDate } from '@jishi/periods';
import { templateDatabase } from '@jishi/testing';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  copyRows,
  moveSubtree,
  narrow,
  openDatabase,
  OrganizationPath,
  partsOf,
  recordStates,
  type Caller,
  type Database,
  type Tx,
} from './index';

@Entity('note')
@ScopedBy({ permission: 'members:read', organization: 'org_id', stamped: true, personal: ['secret'] })
class Note {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid' }) orgId: string;
  @Column(() => OrganizationPath, { prefix: false }) path: OrganizationPath;
  @Column({ type: 'text' }) text: string;
  @Column({ type: 'text', nullable: true }) secret: string | null;
  @Column({ type: 'date' }) notedOn: CivilDate;
  @Column({ type: 'integer' }) version: number;
  @Column({ type: 'timestamptz' }) createdAt: Date;
  @Column({ type: 'text' }) createdBy: string;
  @Column({ type: 'timestamptz' }) updatedAt: Date;
  @Column({ type: 'text' }) updatedBy: string;
}

const id = (n: number): string => `0190000${n}-0000-7000-8000-000000000000`;
const [city, county, town, branch, otherTown] = [id(1), id(2), id(3), id(4), id(5)] as const;
const today = '2026-06-15' as CivilDate;
const day = (text: string): CivilDate => text as CivilDate;

const secretary: Actor = { id: 'u1', account: 'secretary', grants: [{ role: 'BR', organizationId: branch }] };
const clerk: Actor = { id: 'u2', account: 'clerk', grants: [{ role: 'TS', organizationId: town }] };
const neighbour: Actor = { id: 'u3', account: 'neighbour', grants: [{ role: 'TS', organizationId: otherTown }] };

let database: Database;
let drop: () => Promise<void>;
const outbox: { events: readonly { type: string }[]; meta: { actor: string } }[] = [];

const open = (url: string): Promise<Database> =>
  openDatabase({
    url,
    entities: [Note],
    tree: 'organization',
    migrations: join(__dirname, '../fixtures/migrations'),
    writeOutbox: async (client, events, meta, carried) => {
      if (carried) await client.query(carried.text(1), [...carried.values]);
      outbox.push({ events, meta });
    },
    poolSize: 8,
  });

async function as<R>(actor: Actor, work: (tx: Tx) => Promise<R>, more: Partial<Caller> = {}): Promise<R> {
  const standings = await database.standingsOf(actor);
  return database.transact({ actor, standings, today, now: new Date('2026-06-15T01:00:00Z'), ...more }, work);
}
const asSystem = <R>(work: (tx: Tx) => Promise<R>): Promise<R> => as(systemActor('test'), work);
const note = (more: Partial<Note> = {}): Partial<Note> => ({ orgId: branch, text: '初稿', notedOn: today, ...more });
const refused = (code: string) => expect.objectContaining({ refusal: expect.objectContaining({ code }) });

const templateKey = createHash('sha256')
  .update(readFileSync(join(__dirname, '../fixtures/migrations/0001-tree-and-notes.sql')))
  .digest('hex')
  .slice(0, 16);

beforeAll(async () => {
  const clone = await templateDatabase('database_lib', templateKey, async (url) => {
    const template = await open(url);
    await template.migrate();
    await template.close();
  });
  const cloned = await clone();
  drop = cloned.drop;
  database = await open(cloned.url);
  await asSystem(async (tx) => {
    const paths = [
      [city],
      [city, county],
      [city, county, town],
      [city, county, town, branch],
      [city, county, otherTown],
    ];
    for (const path of paths)
      await tx.query(
        `INSERT INTO organization (id, superior_id, depth, ancestor_1, ancestor_2, ancestor_3, ancestor_4, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'ACTIVE')`,
        [path.at(-1), path.at(-2) ?? null, path.length, path[0], path[1] ?? null, path[2] ?? null, path[3] ?? null],
      );
    await recordStates(tx, 'organization', [city, county, town, branch, otherTown], day('2020-01-01'));
  });
});
afterAll(async () => {
  await database.close();
  await drop();
});
beforeEach(() => outbox.splice(0));

describe('a transaction', () => {
  it('stamps a new row with the path of its organisation, version 1, and who and when', async () => {
    const row = await as(secretary, (tx) => tx.insert(Note, note()));
    expect(row).toBeInstanceOf(Note);
    expect(row).toMatchObject({
      version: 1,
      createdBy: 'u1',
      notedOn: today,
      path: { ancestor3: town, ancestor4: branch },
    });
  });

  it('shows a row above and beside nobody’s scope but its own superiors’', async () => {
    const { id: noteId } = await as(secretary, (tx) => tx.insert(Note, note()));
    expect((await as(clerk, (tx) => tx.get(Note, noteId))).id).toBe(noteId);
    expect(await as(neighbour, (tx) => tx.find(Note, { id: noteId }))).toBeNull();
    await expect(as(neighbour, (tx) => tx.get(Note, noteId))).rejects.toEqual(refused('NOT_FOUND'));
    await expect(as(neighbour, (tx) => tx.lock(Note, noteId))).rejects.toEqual(refused('NOT_FOUND'));
    expect((await as(neighbour, (tx) => tx.unscoped.get(Note, noteId))).id).toBe(noteId);
    const listed = await narrow(database.dataSource.createQueryBuilder(Note, 'note'), 'note', 'organization', {
      actor: neighbour,
      standings: await database.standingsOf(neighbour),
      today,
    }).getCount();
    expect(listed).toBe(0);
  });

  it('refuses an id that is none without troubling the database', async () => {
    await expect(as(clerk, (tx) => tx.get(Note, 'no-uuid'))).rejects.toEqual(refused('NOT_FOUND'));
  });

  it('raises the version with each change, says what changed in the trail, and names a personal column only', async () => {
    const created = await as(secretary, (tx) => tx.insert(Note, note({ secret: '13800000000' })));
    const saved = await as(
      clerk,
      async (tx) => tx.save(await tx.lock(Note, created.id, 1), { text: '定稿', secret: '13900000000' }),
      { correlationId: 'c-1' },
    );
    expect(saved).toMatchObject({ version: 2, text: '定稿', updatedBy: 'u2' });
    const trail = await database.query('trail', 'SELECT * FROM audit_entry WHERE entity_id = $1 ORDER BY seq', [
      created.id,
    ]);
    expect(trail).toMatchObject([
      {
        action: 'INSERT',
        entity: 'note',
        account: 'secretary',
        changes: { text: { after: '初稿' }, secret: 'personal' },
      },
      {
        action: 'UPDATE',
        correlation_id: 'c-1',
        changes: { text: { before: '初稿', after: '定稿' }, secret: 'personal' },
      },
    ]);
    expect(JSON.stringify(trail)).not.toMatch(/1[38]900000000|13800000000/);
  });

  it('writes nothing when nothing changes', async () => {
    const created = await as(secretary, (tx) => tx.insert(Note, note()));
    const saved = await as(secretary, async (tx) =>
      tx.save(await tx.lock(Note, created.id), { text: '初稿', notedOn: today }),
    );
    expect(saved.version).toBe(1);
  });

  it('refuses an old version', async () => {
    const created = await as(secretary, (tx) => tx.insert(Note, note()));
    await as(secretary, async (tx) => tx.save(await tx.lock(Note, created.id, 1), { text: '二' }));
    await expect(as(secretary, (tx) => tx.lock(Note, created.id, 1))).rejects.toEqual(refused('STALE_VERSION'));
  });

  it('keeps nothing of a transaction that fails: no row, no trail, no event', async () => {
    const before = await database.query<{ n: number }>('n', 'SELECT count(*) AS n FROM audit_entry');
    await expect(
      as(secretary, async (tx) => {
        const row = await tx.insert(Note, note({ text: '不会留下' }));
        tx.emit({ type: 'x.note.written.v1', topic: 'x.note', key: row.id, data: {}, dataClass: 'internal' });
        throw new DomainError('RULE_BROKEN', { code: 'NO', wording: { zh: '不行', en: 'no' } });
      }),
    ).rejects.toEqual(refused('NO'));
    expect(await database.query('n', 'SELECT count(*) AS n FROM audit_entry')).toEqual(before);
    expect(await database.query('text', `SELECT 1 FROM note WHERE text = '不会留下'`)).toEqual([]);
    expect(outbox).toEqual([]);
  });

  it('emits only for a row that it locked or inserted', async () => {
    const { id: noteId } = await as(secretary, (tx) => tx.insert(Note, note()));
    const event = { type: 'x.note.read.v1', topic: 'x.note', key: noteId, data: {}, dataClass: 'internal' as const };
    await expect(
      as(secretary, async (tx) => {
        await tx.get(Note, noteId);
        tx.emit(event);
      }),
    ).rejects.toThrow('neither locked nor inserted');
    await as(secretary, async (tx) => {
      await tx.lock(Note, noteId);
      tx.emit(event);
    });
    expect(outbox).toMatchObject([{ events: [{ type: 'x.note.read.v1' }], meta: { actor: 'u1' } }]);
  });

  it('gives a repeated command its first reply and does the work once', async () => {
    const command = { mutation: 'writeNote', clientMutationId: randomUUID() };
    const write = () => as(secretary, (tx) => tx.insert(Note, note({ text: command.clientMutationId })), { command });
    const [first, twin] = await Promise.all([write(), write()]);
    const later = await write();
    expect([twin.id, later.id]).toEqual([first.id, first.id]);
    expect(await database.query('t', 'SELECT id FROM note WHERE text = $1', [command.clientMutationId])).toHaveLength(
      1,
    );
    await expect(
      as(secretary, (tx) => tx.insert(Note, note()), { command: { ...command, mutation: 'other' } }),
    ).rejects.toEqual(refused('CLIENT_MUTATION_ID_REUSED'));
  });

  it('lets a failed command be tried again under the same id', async () => {
    const command = { mutation: 'writeNote', clientMutationId: randomUUID() };
    await expect(as(secretary, () => Promise.reject(new Error('broken')), { command })).rejects.toThrow('broken');
    expect((await as(secretary, (tx) => tx.insert(Note, note()), { command })).version).toBe(1);
  });

  it('repeats itself after a deadlock', async () => {
    const [a, b] = await as(secretary, async (tx) => [await tx.insert(Note, note()), await tx.insert(Note, note())]);
    const both = (first: Note, second: Note) =>
      as(secretary, async (tx) => {
        const row = await tx.lock(Note, first.id);
        await tx.query('SELECT pg_sleep(0.3)');
        await tx.lock(Note, second.id);
        return tx.save(row, { text: `${row.text}+` });
      });
    const results = await Promise.all([both(a!, b!), both(b!, a!)]);
    expect(results.map(({ text }) => text)).toEqual(['初稿+', '初稿+']);
  });
});

describe('the tree', () => {
  it('says for which area an organisation stands: a committee or branch of the area, and none that is dissolved', async () => {
    const attached = [
      [6, 'COMMITTEE', 'AREA', '410800', 'ACTIVE', '4108'],
      [7, 'WORK_COMMITTEE', 'AREA', '410823001', 'CLOSING', '410823001'],
      [8, 'GROUP', 'AREA', '410823', 'ACTIVE', undefined],
      [9, 'BRANCH', 'VILLAGE', '410823100201', 'DISSOLVED', undefined],
    ] as const;
    for (const [number, kind, hostKind, hostId, status] of attached)
      await database.pool.query(
        `INSERT INTO organization (id, superior_id, depth, ancestor_1, ancestor_2, kind, host_kind, host_id, status)
         VALUES ($1, $2, 2, $2, $1, $3, $4, $5, $6)`,
        [id(number), city, kind, hostKind, hostId, status],
      );
    const grants = attached.map(([number]) => ({ role: 'VC' as const, organizationId: id(number) }));
    const standings = await database.standingsOf({ id: 'u9', account: 'many', grants });
    for (const [number, , , , , area] of attached) expect(standings.get(id(number))?.area).toBe(area);
    await database.pool.query('DELETE FROM organization WHERE id = ANY($1)', [attached.map(([number]) => id(number))]);
  });

  it('moves a subtree and keeps what was true the day before; a second change of the day replaces the first', async () => {
    const move = (superiorId: string) =>
      asSystem((tx) => moveSubtree(tx, 'organization', { orgId: branch, superiorId, on: day('2026-06-01') }));
    const superiors = (on: string) =>
      database.query<{ superior_id: string; ancestor_3: string }>(
        'asof',
        `SELECT superior_id, ancestor_3 FROM organization_history
         WHERE org_id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)`,
        [branch, on],
      );
    expect(await move(otherTown)).toEqual([branch]);
    expect(await superiors('2026-05-31')).toEqual([{ superior_id: town, ancestor_3: town }]);
    expect(await superiors('2026-06-01')).toEqual([{ superior_id: otherTown, ancestor_3: otherTown }]);
    expect((await as(neighbour, (tx) => tx.insert(Note, note()))).path).toMatchObject({ ancestor3: otherTown });
    await move(town);
    expect(await superiors('2026-06-01')).toEqual([{ superior_id: town, ancestor_3: town }]);
  });
});

describe('bulk and migrations', () => {
  it('copies what people write, tabs and backslashes included', async () => {
    const texts = ['平常', 'a\tb', 'c\\d', 'e\nf', '"引"', ''];
    const client = await database.pool.connect();
    try {
      await client.query('CREATE TEMP TABLE copied (n integer, text text, tags text[], missing text)');
      const written = await copyRows(
        client,
        'copied',
        ['n', 'text', 'tags', 'missing'],
        texts.map((text, n) => [n, text, [text, 'x"y'], null]),
      );
      expect(written).toBe(texts.length);
      const { rows } = await client.query('SELECT text, tags, missing FROM copied ORDER BY n');
      expect(rows).toEqual(texts.map((text) => ({ text, tags: [text, 'x"y'], missing: null })));
    } finally {
      client.release();
    }
  });

  it('goes up, down and up again', async () => {
    const clone = await templateDatabase('database_lib_empty', 'v1', async () => undefined);
    const { url, drop: dropEmpty } = await clone();
    const fresh = await open(url);
    try {
      expect(await fresh.migrate()).toHaveLength(2);
      expect(await fresh.migrate()).toEqual([]);
      await fresh.dataSource.undoLastMigration();
      await fresh.dataSource.undoLastMigration();
      expect(await fresh.migrate()).toHaveLength(2);
    } finally {
      await fresh.close();
      await dropEmpty();
    }
  });

  it('names the file of a migration that has no way back', () => {
    expect(() => partsOf('-- up\nSELECT 1;', '0001-x.sql')).toThrow('0001-x.sql needs');
  });
});
