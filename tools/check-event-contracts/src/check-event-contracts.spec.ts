import { breachesOf, currentContracts, type Contracts, type Release } from '@jishi/event-contracts';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions, judge, readReleases, releasedFolder } from './check';

const repository = join(__dirname, '../../..');
const current = currentContracts();
const released: Release = { version: '0.1.0', ...current };

type Schema = Record<string, unknown> & { properties: Record<string, Record<string, unknown>>; required: string[] };
const recorded = 'members.member.recorded.v1';

/** A release that was other than the contracts are now: what is taken away or added here is the change since then. */
function releasedWith(
  change: (release: {
    topics: Record<string, { key: string; partitions: number; cleanup: string }>;
    schemas: Record<string, Schema>;
  }) => void,
): Release {
  const copy = JSON.parse(JSON.stringify(released)) as Parameters<typeof change>[0] & { version: string };
  change(copy);
  return copy;
}
const ofRecorded = (change: (schema: Schema) => void) =>
  releasedWith(({ schemas }) => {
    const schema = schemas[recorded];
    if (!schema) throw new Error(`${recorded} is gone`);
    change(schema);
  });

const breaks: readonly [string, Release, RegExp][] = [
  [
    'an event is gone',
    releasedWith(({ schemas }) => {
      schemas['members.member.praised.v1'] = { properties: {}, required: [] };
    }),
    /^members\.member\.praised\.v1 {2}a released event is gone[\s\S]*instead: keep the event/,
  ],
  [
    'a field is gone',
    ofRecorded(({ properties }) => {
      properties['mobile'] = { type: 'boolean' };
    }),
    /^members\.member\.recorded\.v1 {2}mobile {2}field is gone[\s\S]*members\.member\.recorded\.v2 beside it/,
  ],
  [
    'a field within a field is gone',
    ofRecorded(({ properties }) => {
      properties['workHost'] = JSON.parse(
        JSON.stringify(properties['workHost']).replace('"properties":{', '"properties":{"name":{"type":"string"},'),
      ) as Record<string, unknown>;
    }),
    /workHost\.anyOf\[0\]\.name {2}field is gone/,
  ],
  [
    'a field is required that was not there',
    ofRecorded((schema) => {
      delete schema.properties['orgId'];
      schema.required = schema.required.filter((name) => name !== 'orgId');
    }),
    /orgId {2}newly required/,
  ],
  [
    'an optional field is required',
    ofRecorded((schema) => {
      schema.required = schema.required.filter((name) => name !== 'areaCode');
    }),
    /areaCode {2}newly required/,
  ],
  [
    'a required field may be missing',
    ofRecorded((schema) => {
      schema.required.push('workHost');
    }),
    /workHost {2}no longer required/,
  ],
  [
    'a type changed',
    ofRecorded(({ properties }) => {
      properties['areaCode'] = { ...properties['areaCode'], type: 'integer' };
    }),
    /areaCode\.type {2}"integer" became "string"/,
  ],
  [
    'a list lost a value',
    ofRecorded(({ properties }) => {
      const known = properties['status']?.['enum'] as string[];
      properties['status'] = { ...properties['status'], enum: [...known, 'EXPELLED'] };
    }),
    /status {2}value EXPELLED is gone/,
  ],
  [
    'free text became a list',
    ofRecorded(({ properties }) => {
      properties['status'] = { type: 'string' };
    }),
    /status {2}now takes a list of values only/,
  ],
  [
    'a pattern changed',
    ofRecorded(({ properties }) => {
      properties['areaCode'] = { type: 'string', pattern: '^[0-9]{12}$' };
    }),
    /areaCode\.pattern/,
  ],
  [
    'another field is the key',
    ofRecorded((schema) => {
      schema['x-key'] = 'personId';
    }),
    /x-key {2}"personId" became "memberId"/,
  ],
  [
    'the data class changed',
    ofRecorded((schema) => {
      schema['x-data-class'] = 'internal';
    }),
    /x-data-class {2}"internal" became "personal"/,
  ],
  [
    'a topic has another number of partitions',
    releasedWith(({ topics }) => {
      topics['members.member'] = { key: 'memberId', partitions: 6, cleanup: 'delete' };
    }),
    /^members\.member {2}partitions {2}6 became 12/,
  ],
];

describe('npm run events:check', () => {
  let folder: string;
  // Once, so that every run below is the command itself without a build of its own.
  beforeAll(() => execFileSync('node', ['tools/build.mjs'], { cwd: repository }), 120_000);
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'released-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...releases: readonly Release[]) => {
    for (const each of releases) writeFileSync(join(folder, `${each.version}.json`), JSON.stringify(each));
    const command = join(repository, 'dist/tools/check-event-contracts/src/main.js');
    const { status, stdout, stderr } = spawnSync('node', [command, '--released', folder], { encoding: 'utf8' });
    return { status, text: stdout + stderr };
  };

  it('takes the contracts as they are, against every released version', () => {
    const releases = readReleases(join(repository, releasedFolder));
    expect(releases.length).toBeGreaterThan(0);
    expect(judge(releases, current)).toMatchObject({ code: 0 });
    expect(run(...releases)).toMatchObject({ status: 0, text: expect.stringMatching(/: 0 breaches/) });
  });

  it('takes a new event, an optional field and a value of a list that were added since', () => {
    const before = ofRecorded(({ properties }) => {
      delete properties['workHost'];
      properties['status'] = { ...properties['status'], enum: ['PROBATIONARY', 'FULL'] };
    });
    const fewer = releasedWith(({ schemas }) => delete schemas['members.member.left.v1']);
    expect(run({ ...before, version: '0.0.1' }, { ...fewer, version: '0.0.2' })).toMatchObject({ status: 0 });
  });

  it.each(breaks)('refuses with exit code 1, event, field and a way out, when %s', (_, before, message) => {
    const { status, text } = run(before);
    expect(status).toBe(1);
    expect(text).toMatch(message);
    expect(text).toMatch(/released in 0\.1\.0/);
    expect(text).toMatch(/: 1 breaches/);
  });

  it('looks at every release, not at the newest alone, and tells a breach once', () => {
    const old = ofRecorded(({ properties }) => {
      properties['mobile'] = { type: 'boolean' };
    });
    const { status, text } = run({ ...old, version: '0.0.9' }, { ...old, version: '0.0.10' }, released);
    expect(status).toBe(1);
    expect(text).toMatch(/mobile {2}field is gone \(released in 0\.0\.9\)/);
    expect(text).toMatch(/: 1 breaches/);
  });

  it('is not content without any release', () => {
    expect(run()).toMatchObject({ status: 1, text: expect.stringMatching(/no release/) });
  });
});

describe('releases', () => {
  it('are read in the order of their versions', () => {
    expect(['0.10.0', '0.9.1', '1.0.0', '0.9.0'].sort(compareVersions)).toEqual(['0.9.0', '0.9.1', '0.10.0', '1.0.0']);
  });

  it('keep what they said: a topic that is gone is told by its events', () => {
    const nothing: Contracts = { topics: {}, schemas: {} };
    const gone = breachesOf(released, nothing);
    expect(gone).toHaveLength(Object.keys(released.schemas).length);
    expect(new Set(gone.map(({ what }) => what))).toEqual(new Set(['a released event is gone']));
  });
});
