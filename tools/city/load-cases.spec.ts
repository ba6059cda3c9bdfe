import type { CivilDate } from '@jishi/periods';
import { LOST_LEAD } from './cooperatives';
import { loadedCounty, type LoadedCounty } from './fixtures/loaded-county';
import { GRID_CASES } from './grid-cases';
import { VILLAGE_CASES } from './villages';

jest.setTimeout(240_000);

const today = '2026-11-21' as CivilDate;
let county: LoadedCounty;
beforeAll(async () => {
  county = await loadedCounty(today);
});
afterAll(() => county.drop());

const count = async (of: Parameters<LoadedCounty['one']>[0], from: string, values: unknown[] = []): Promise<number> =>
  Number(await county.one(of, `SELECT count(*) FROM ${from}`, values));

describe('villages of the loaded county', () => {
  it('VIL-01 are about a hundred, one of them merged of two', async () => {
    expect(await count('villages', "village WHERE status = 'ACTIVE'")).toBe(100);
    expect(await count('villages', "village WHERE status = 'MERGED'")).toBe(2);
  });

  it('VIL-02 have years whose sums are those of their approved and locked entries', async () => {
    expect(
      await county.ask(
        'villages',
        `SELECT y.area_code, y.year FROM annual_income y LEFT JOIN (
           SELECT year_id, sum(amount) AS total, coalesce(sum(amount) FILTER (WHERE operating), 0) AS operating,
             coalesce(sum(amount) FILTER (WHERE kind = 'COOP_SHARE'), 0) AS share
           FROM income_entry WHERE state IN ('APPROVED', 'LOCKED') GROUP BY 1) e ON e.year_id = y.id
         WHERE y.total <> coalesce(e.total, 0) OR y.operating <> coalesce(e.operating, 0) OR y.coop_share <> coalesce(e.share, 0)
           OR y.closed_on IS NOT NULL AND (y.closed_total <> y.total OR y.closed_operating <> y.operating
             OR y.closed_operating_surplus <> y.operating_surplus)`,
      ),
    ).toEqual([]);
  });

  it('VIL-03, 07, 08 have weak, shell and star ones with known codes', async () => {
    const year = Number(today.slice(0, 4)) - 1;
    const of = async (code: string): Promise<Record<string, unknown>> =>
      (
        await county.ask('villages', 'SELECT * FROM annual_income WHERE area_code = $1 AND year = $2', [code, year])
      )[0]!;
    expect(Number((await of(VILLAGE_CASES.shell)).closed_operating_surplus)).toBe(0);
    for (const code of VILLAGE_CASES.weak)
      expect(Number((await of(code)).closed_operating_surplus)).toBeLessThan(5_000_000);
    expect(Number((await of(VILLAGE_CASES.star)).closed_total)).toBeGreaterThan(100_000_000);
    expect(
      await count('villages', "model_village WHERE state = 'NAMED' AND area_code = $1", [VILLAGE_CASES.model]),
    ).toBe(1);
  });

  it('VIL-09 have plans with goals and measures, some of them late, and weak villages without one', async () => {
    expect(await count('villages', "development_plan WHERE lifting AND state = 'RUNNING'")).toBeGreaterThan(3);
    expect(
      await count(
        'villages',
        `development_plan p, jsonb_to_recordset(measures) AS m ("dueOn" date, "doneOn" date)
         WHERE p.state = 'RUNNING' AND "doneOn" IS NULL AND "dueOn" < $1`,
        [today],
      ),
    ).toBeGreaterThan(0);
    expect(
      await count('villages', 'development_plan WHERE jsonb_array_length(goals) <> 2 OR last_year < first_year'),
    ).toBe(0);
  });

  it('VIL-13 have cooperatives whose dividends are the income of their villages; one branch has lost the lead', async () => {
    expect(await count('villages', "cooperative WHERE state = 'ACTIVE' AND led_by_org_id IS NOT NULL")).toBeGreaterThan(
      10,
    );
    expect(await count('villages', "cooperative WHERE lead_gap = 'NO_SEAT' AND area_code = $1", [LOST_LEAD])).toBe(1);
    expect(
      await count(
        'villages',
        `cooperative_year c LEFT JOIN income_entry e ON e.cooperative_id = c.cooperative_id AND left(e.period, 4)::integer = c.year
         WHERE c.collective_dividend > 0 AND e.amount IS DISTINCT FROM c.collective_dividend`,
      ),
    ).toBe(0);
    const seats = await county.ask(
      'villages',
      `SELECT c.led_by_org_id AS org, array_agg(s.person_id::text) AS persons FROM cooperative c JOIN cooperative_seat s ON s.cooperative_id = c.id
       WHERE c.led_by_org_id IS NOT NULL AND s.to_on IS NULL GROUP BY c.id`,
    );
    for (const { org, persons } of seats)
      expect(
        await count('members', 'member WHERE org_id = $1 AND person_id = ANY($2::uuid[])', [org, persons]),
      ).toBeGreaterThan(0);
  });
});

describe('members and posts of the loaded county', () => {
  it('MEM-14 has villages that have admitted nobody for three years', async () => {
    expect(
      await count(
        'members',
        `(SELECT area_code FROM member WHERE substr(area_code, 10, 1) = '2' GROUP BY 1
          HAVING max(joined_on) < $1::date - interval '3 years') v`,
        [today],
      ),
    ).toBeGreaterThan(0);
  });

  it('ORG-14 has villages in which two persons head branch and village', async () => {
    expect(
      await count(
        'organizations',
        `(SELECT p.area_code FROM post p WHERE p.to_on IS NULL AND p.kind IN ('SECRETARY', 'DIRECTOR') AND length(p.area_code) = 12
          GROUP BY 1 HAVING count(DISTINCT p.person_id) > 1) v`,
      ),
    ).toBeGreaterThan(2);
  });
});

describe('grids of the loaded county', () => {
  it('GRD-01, 09 are about 400 with 6,000 matters, each in a grid of its community', async () => {
    expect(await count('grids', "grid WHERE tier = 'BASIC' AND status = 'ACTIVE'")).toBeGreaterThan(330);
    expect(await count('grids', 'matter')).toBe(6000);
    expect(await count('grids', 'matter m JOIN grid g ON g.id = m.grid_id WHERE g.area_code <> m.area_code')).toBe(0);
    expect(await count('grids', "grid WHERE code = $1 AND status = 'ACTIVE'", [GRID_CASES.grid])).toBe(1);
  });

  it('GRD-09 has matters in every interesting state', async () => {
    const [states] = await county.ask(
      'grids',
      `SELECT count(*) FILTER (WHERE state = 'SUSPENDED') > 0 AS suspended, count(*) FILTER (WHERE open AND overdue) > 0 AS overdue,
         count(*) FILTER (WHERE returned > 0) > 0 AS returned, count(*) FILTER (WHERE refused > 0) > 0 AS refused,
         count(*) FILTER (WHERE reopened > 0) > 0 AS reopened FROM matter`,
    );
    expect(states).toEqual({ suspended: true, overdue: true, returned: true, refused: true, reopened: true });
  });

  it('GRD-09 shows of an open matter the limit that runs, and of a closed one none', async () => {
    expect(
      await count(
        'grids',
        `matter m LEFT JOIN matter_step s ON s.matter_id = m.id AND s.ended_at IS NULL
         WHERE m.open <> (s.id IS NOT NULL) OR m.step IS DISTINCT FROM s.step OR m.due_at IS DISTINCT FROM s.due_at::timestamptz(3)
           OR m.limit_minutes_left IS DISTINCT FROM s.minutes_left`,
      ),
    ).toBe(0);
    expect(await count('grids', "matter WHERE state = 'CLOSED' AND (minutes IS NULL OR minutes < 0)")).toBe(0);
    expect(
      await count(
        'grids',
        `matter m JOIN LATERAL (SELECT to_state FROM matter_action a WHERE a.matter_id = m.id ORDER BY a.at DESC, a.id DESC LIMIT 1) a
           ON a.to_state <> m.state`,
      ),
    ).toBe(0);
  });

  it('GRD-09 counts on from the last number of each book', async () => {
    expect(
      await county.ask(
        'grids',
        `SELECT b.* FROM matter_book b JOIN (
           SELECT county_code, split_part(no, '-', 2)::integer AS year, max(split_part(no, '-', 3)::integer) AS last FROM matter GROUP BY 1, 2) m
         USING (county_code, year) WHERE m.last <> b.last_no`,
      ),
    ).toEqual([]);
  });

  it('GRD-21, 26 has a property company that left, a successor from that day in each quarter, and scores behind evaluations', async () => {
    expect(await count('grids', "property_provider WHERE state = 'EXITED'")).toBe(1);
    expect(
      await count(
        'grids',
        `quarter_mode old JOIN property_provider p ON p.id = old.provider_id AND p.state = 'EXITED'
         LEFT JOIN quarter_mode next ON next.quarter_id = old.quarter_id AND next.valid_from = old.valid_to WHERE next.id IS NULL`,
      ),
    ).toBe(0);
    expect(
      await count(
        'grids',
        `property_evaluation e JOIN LATERAL (
           SELECT avg(score) FILTER (WHERE part = 'COMMUNITY') * 0.4 + avg(score) FILTER (WHERE part = 'OWNERS') * 0.3
             + avg(score) FILTER (WHERE part = 'HOUSING') * 0.3 AS total
           FROM property_score s WHERE s.provider_id = e.provider_id AND s.year = e.year) s ON true
         WHERE abs(s.total - e.total) > 0.006`,
      ),
    ).toBe(0);
  });
});

describe('entities of the loaded county', () => {
  it('ENT-05 has firms with three members and no organisation, by the members who work there', async () => {
    const hosts = await county.ask(
      'members',
      `SELECT p.work_host_id::text AS id FROM person p JOIN member m ON m.person_id = p.id AND m.status = 'FULL'
       WHERE p.work_host_kind = 'ENTERPRISE' GROUP BY 1 HAVING count(*) >= 3`,
    );
    const organised = await county.ask(
      'organizations',
      `SELECT host_id AS id FROM party_organization WHERE host_kind = 'ENTERPRISE'
      UNION SELECT host_id FROM organization_joint_host`,
    );
    const covered = new Set(organised.map(({ id }) => String(id)));
    const should = hosts.map(({ id }) => String(id)).filter((id) => !covered.has(id));
    expect(should.length).toBeGreaterThan(2);
    expect(
      await count('enterprises', "entity WHERE id = ANY($1::uuid[]) AND operating = 'OPEN' AND closed_on IS NULL", [
        should,
      ]),
    ).toBe(should.length);
  });

  it('ENT-01 has duplicates without a code, closed firms and 300 records', async () => {
    expect(await count('enterprises', 'entity')).toBe(300);
    expect(
      await count(
        'enterprises',
        "entity d JOIN entity k ON k.match_key = d.match_key AND k.id <> d.id AND k.uscc IS NOT NULL WHERE d.operating = 'DUPLICATE'",
      ),
    ).toBe(1);
    expect(await count('enterprises', 'entity WHERE closed_on IS NOT NULL')).toBeGreaterThan(0);
  });

  it('ENT-02 has eight clears that are whole, missing and stale', async () => {
    const [clears] = await county.ask(
      'enterprises',
      `SELECT count(*) FILTER (WHERE told = 4) > 50 AS whole, count(*) FILTER (WHERE told BETWEEN 1 AND 3) > 10 AS missing,
         count(*) FILTER (WHERE oldest < $1::date - 180) > 10 AS stale
       FROM (SELECT entity_id, count(*) FILTER (WHERE item <> 'SET_UP') AS told, min(as_of) AS oldest FROM entity_clear GROUP BY 1) e`,
      [today],
    );
    expect(clears).toEqual({ whole: true, missing: true, stale: true });
  });

  it('ENT-06 has the state that its own records say, in its history too', async () => {
    expect(
      await count(
        'enterprises',
        `entity e LEFT JOIN entity_history h ON h.entity_id = e.id AND h.valid_to IS NULL
         WHERE (e.closed_on IS NULL) <> (h.id IS NOT NULL) OR h.party_state <> e.party_state`,
      ),
    ).toBe(0);
    expect(
      await count(
        'enterprises',
        "entity e WHERE (e.party_state = 'INSTRUCTED') <> EXISTS (SELECT FROM instructor_assignment a WHERE a.entity_id = e.id AND a.state = 'ACTIVE')",
      ),
    ).toBe(0);
    expect(await count('enterprises', "set_up_task WHERE state = 'WAITING' AND blocker IS NOT NULL")).toBe(1);
  });

  it('ENT-09 has instructors whose term has ended', async () => {
    expect(
      await count('enterprises', "instructor_assignment WHERE end_way = 'TERM_ENDED' AND until < $1", [today]),
    ).toBeGreaterThan(0);
  });
});
