import { setTimeout as sleep } from 'node:timers/promises';
import {
  areaChanged,
  entityClosed,
  memberConfirmed,
  memberSuspended,
  memberTransferred,
  organizationReassigned,
  organizationRelocated,
  organizationRenamed,
  unitChanged,
  type DomainEvent,
} from '@jishi/event-contracts';
import { postgresLogBus, settled, topicOfSnapshot, writeOutbox } from '@jishi/event-delivery';
import type { Database } from '@jishi/database';
import { dateInShanghai, type CivilDate } from '@jishi/periods';
import { consumersOf, openServiceDatabase, runWorker, snapshotsOf, type Worker } from '@jishi/subgraph';
import { createLogger } from '@jishi/telemetry';
import { templateDatabase } from '@jishi/testing';
import { services } from '../../compose-supergraph/services';
import { loadedCounty, type LoadedCounty } from '../../city/fixtures/loaded-county';
import type { Owner } from '../../city/owners';
import { serviceNames } from './place';
import { main } from './rebuild';
import type { Screen } from './screen';
import { kinds, publish } from './snapshots';

jest.setTimeout(600_000);

type Name = Owner['service'];
const today = '2026-11-21' as CivilDate;
const silentScreen: Screen = { line: () => undefined, progress: () => undefined };

let county: LoadedCounty;
let log: { url: string; drop(): Promise<void> };
let close: () => Promise<void>;
let quiet: () => Promise<void>;

/** Events of an owner beyond its first snapshot, as if officers had worked for a while. */
async function emit(of: Name, events: readonly DomainEvent[]): Promise<void> {
  const database = await openServiceDatabase(
    services.find(({ name }) => name === of)!,
    county.urlOf(of),
    1,
  );
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN');
    await writeOutbox(client, events, { actor: 'test', occurredAt: new Date() });
    await client.query('COMMIT');
  } finally {
    client.release();
    await database.close();
  }
}

/** A little of everything that the projections follow: moves, renamings, mergers, closings. */
async function work(): Promise<void> {
  const branches = await county.ask(
    'organizations',
    `SELECT id, superior_id, area_code FROM party_organization
     WHERE kind = 'BRANCH' AND status = 'ACTIVE' AND depth > 2 ORDER BY id LIMIT 30`,
  );
  const [committee] = await county.ask(
    'organizations',
    `SELECT id, area_code FROM party_organization WHERE kind = 'COMMITTEE' AND depth = 2 AND status = 'ACTIVE' ORDER BY id LIMIT 1`,
  );
  const about = { areaCode: '410823' };
  await emit(
    'organizations',
    branches.flatMap(({ id, superior_id, area_code }, at) => [
      organizationRenamed({ orgId: String(id), effectiveOn: '2026-03-01' }, about),
      at % 2 === 0
        ? organizationReassigned(
            {
              orgId: String(id),
              fromSuperiorId: String(superior_id),
              toSuperiorId: String(committee?.id),
              effectiveOn: '2026-04-01',
            },
            about,
          )
        : organizationRelocated(
            {
              orgId: String(id),
              fromAreaCode: String(area_code),
              toAreaCode: String(committee?.area_code),
              effectiveOn: '2026-05-01',
            },
            about,
          ),
    ]),
  );
  const units = await county.ask(
    'organizations',
    'SELECT id, uscc, kind, department_code, area_code FROM public_unit ORDER BY id LIMIT 5',
  );
  await emit(
    'organizations',
    units.map((unit) =>
      unitChanged({
        unitId: String(unit.id),
        uscc: unit.uscc as string | null,
        kind: unit.kind as never,
        departmentCode: unit.department_code as string | null,
        areaCode: String(unit.area_code),
        status: 'CLOSED',
      }),
    ),
  );
  const [area] = await county.ask(
    'organizations',
    `SELECT * FROM area WHERE level = 'TOWN' AND valid_to IS NULL ORDER BY code LIMIT 1`,
  );
  await emit('organizations', [
    areaChanged({
      code: String(area?.code),
      name: '新名镇',
      level: 'TOWN',
      parentCode: area?.parent_code as string,
      kind: area?.kind as never,
      validFrom: String(area?.valid_from),
      validTo: null,
      replacedBy: [],
    }),
  ]);
  const members = await county.ask(
    'members',
    `SELECT id, person_id, org_id, status FROM member WHERE status IN ('FULL', 'PROBATIONARY') AND id::text IN
       (SELECT key FROM outbox WHERE topic = 'members.member') ORDER BY id LIMIT 60`,
  );
  await emit(
    'members',
    members.map(({ id, person_id, org_id, status }, at): DomainEvent => {
      const one = { memberId: String(id), orgId: String(org_id) };
      if (status === 'PROBATIONARY') return memberConfirmed({ ...one, confirmedOn: '2026-06-01' });
      if (at % 2 === 0) return memberSuspended({ ...one, on: '2026-06-01' });
      return memberTransferred({
        memberId: one.memberId,
        personId: String(person_id),
        fromOrgId: one.orgId,
        toOrgId: String(branches[at % branches.length]?.id),
        scope: 'INSIDE',
        reason: 'WORK',
        effectiveOn: '2026-06-01',
      });
    }),
  );
  const firms = await county.ask(
    'enterprises',
    `SELECT id, uscc FROM entity WHERE closed_on IS NULL AND id::text IN (SELECT key FROM outbox) ORDER BY id LIMIT 5`,
  );
  await emit(
    'enterprises',
    firms.map(({ id, uscc }) =>
      entityClosed({ entityId: String(id), uscc: uscc as string, mergedIntoId: null, on: '2026-06-01' }),
    ),
  );
}

beforeAll(async () => {
  county = await loadedCounty(today);
  // A part of the county is enough: everybody who tells of himself is told of in the same way.
  for (const [of, topic] of [
    ['members', 'members.member'],
    ['members', 'members.roster'],
    ['enterprises', 'enterprises.entity'],
  ] as const)
    await county.ask(of, 'DELETE FROM outbox WHERE topic = $1 AND seq % 25 <> 0', [topic]);
  log = await (await templateDatabase('event_log', '1', () => Promise.resolve()))();
  const bus = await postgresLogBus({ url: log.url, partitions: () => 2 });
  const workers: Worker[] = [];
  const databases: Database[] = [];
  for (const service of services) {
    const url = county.urlOf(service.name);
    const database = await openServiceDatabase(service, url, 6);
    databases.push(database);
    const quietLog = createLogger(service.name, 'silent');
    workers.push(await runWorker({ service, database, url, bus, log: quietLog, clock: () => new Date() }));
  }
  quiet = () => settled(workers, workers, { withinMs: 300_000 });
  close = async () => {
    for (const worker of workers) await worker.close();
    await bus.close();
    for (const database of databases) await database.close();
  };
  await quiet();
  await work();
  await quiet();
});
afterAll(async () => {
  await close?.();
  await log?.drop();
  await county?.drop();
});

async function asked(...given: string[]): Promise<{ exit: number; lines: string[] }> {
  const lines: string[] = [];
  const places = serviceNames.flatMap((name) => [`--${name}`, county.urlOf(name)]);
  const exit = await main([...given, ...places, '--bus-url', log.url], {
    ...silentScreen,
    line: (line) => void lines.push(line),
  });
  return { exit, lines };
}

const projections = services.flatMap((service) =>
  consumersOf(service)
    .filter(({ projection }) => projection.length > 0)
    .map((consumer) => ({ service: service.name as Name, consumer })),
);

/** Every row of a projection without the moment at which it was written here, and which version of the row it is. */
const rowsOf = (of: Name, table: string): Promise<Record<string, unknown>[]> =>
  county.ask(of, `SELECT xmin, t.* FROM ${table} t ORDER BY 2, 3, 4`);

describe('what is told again', () => {
  it('is what was told last, of every aggregate that spoke', async () => {
    let compared = 0;
    for (const service of services) {
      const of = service.name as Name;
      for (const snapshot of snapshotsOf(service)) {
        const topic = topicOfSnapshot(snapshot);
        const kind = kinds().find((each) => each.topic === topic)!;
        if (
          ![
            'organizations.setting-issue',
            'enterprises.party-state',
            'villages.classification',
            'villages.village',
          ].includes(topic)
        )
          continue;
        const before = Number(await county.one(of, 'SELECT coalesce(max(seq), 0) FROM outbox'));
        await publish({ ...kind, snapshot }, { urlOf: county.urlOf, busUrl: async () => '' }, silentScreen, {
          rate: 1e6,
        });
        const rows = await county.ask(
          of,
          `SELECT s.key, s.type, s.data AS again, l.type AS "lastType", l.data AS last
           FROM outbox s JOIN LATERAL (
             SELECT type, data FROM outbox WHERE topic = s.topic AND key = s.key AND NOT snapshot ORDER BY seq DESC LIMIT 1) l ON true
           WHERE s.seq > $1 AND s.topic = $2`,
          [before, topic],
        );
        for (const { again, last, type, lastType } of rows) {
          // A target that came later may have renewed the judgement without changing the class: then the profile is that one's.
          const told = (data: unknown) => ({ ...(data as object), profile: undefined });
          expect([topic, type, told(again)]).toEqual([topic, lastType, told(last)]);
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
    await quiet();
  });
});

describe('every projection of every service', () => {
  it('holds something, and no event lies among the dead letters', async () => {
    expect(projections).toHaveLength(16);
    for (const { service, consumer } of projections) {
      for (const table of consumer.projection)
        expect([service, table, Number(await county.one(service, `SELECT count(*) FROM ${table}`)) > 0]).toEqual([
          service,
          table,
          true,
        ]);
      expect(await county.ask(service, 'SELECT consumer, type, cause FROM dead_letter')).toEqual([]);
    }
  });

  it('comes out identical, row for row, without one row being written, while it is read', async () => {
    const before = new Map<string, Record<string, unknown>[]>();
    for (const { service, consumer } of projections)
      for (const table of consumer.projection) before.set(`${service}.${table}`, await rowsOf(service, table));
    let stop = false;
    let reads = 0;
    const reading = (async () => {
      while (!stop)
        for (const { service, consumer } of projections)
          for (const table of consumer.projection) {
            const expected = before.get(`${service}.${table}`)?.length;
            const seen = Number(await county.one(service, `SELECT count(*) FROM ${table}`));
            expect([service, table, seen]).toEqual([service, table, expected]);
            reads += 1;
            await sleep(1);
          }
    })();
    try {
      const { exit, lines } = await asked('--all');
      expect(exit).toBe(0);
      expect(lines.filter((line) => line.includes('与现有数据完全一致'))).toHaveLength(projections.length);
    } finally {
      stop = true;
      await reading;
    }
    expect(reads).toBeGreaterThan(100);
    for (const { service, consumer } of projections)
      for (const table of consumer.projection)
        expect(await rowsOf(service, table)).toEqual(before.get(`${service}.${table}`));
    for (const service of serviceNames)
      expect(
        await county.ask(service as Name, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'`),
      ).toEqual([]);
  });

  it('that was spoilt is put right, with the stamps on the rows of others, and goes on live', async () => {
    const [branch] = await county.ask(
      'members',
      `SELECT o.id, o.area_code FROM known_organization o JOIN member m ON m.org_id = o.id GROUP BY o.id, o.area_code LIMIT 1`,
    );
    await county.ask('members', `UPDATE known_organization SET area_code = '410811' WHERE id = $1`, [branch?.id]);
    await county.ask('members', `UPDATE member SET area_code = '410811' WHERE org_id = $1`, [branch?.id]);
    await county.ask('members', 'DELETE FROM known_organization_history WHERE org_id = $1', [branch?.id]);
    const { exit, lines } = await asked('members', 'known-organizations');
    expect([exit, lines[0]]).toEqual([0, expect.stringContaining('有差别，已换上')]);
    expect(
      await county.ask('members', 'SELECT DISTINCT area_code FROM member WHERE org_id = $1', [branch?.id]),
    ).toEqual([{ area_code: branch?.area_code }]);
    await emit('organizations', [
      organizationRelocated({
        orgId: String(branch?.id),
        fromAreaCode: String(branch?.area_code),
        toAreaCode: '410823001001',
        effectiveOn: dateInShanghai(new Date()),
      }),
    ]);
    await quiet();
    expect(await county.one('members', 'SELECT area_code FROM known_organization WHERE id = $1', [branch?.id])).toBe(
      '410823001001',
    );
    expect(await county.ask('members', 'SELECT type FROM dead_letter')).toEqual([]);
  });

  it('is named by its service, and what is none is refused in clear words', async () => {
    const listed = await asked('--list', '--all');
    expect(listed.lines).toHaveLength(projections.length);
    await expect(asked('members', 'area-mergers')).rejects.toThrow('members 没有可以重建的“area-mergers”');
    await expect(asked('cats')).rejects.toThrow('没有名为“cats”的服务');
    expect((await asked()).exit).toBe(2);
  });
});
