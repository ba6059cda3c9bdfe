import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateCapability, withCapability, withPermissions } from './generate';
import { namesOf, singular } from './names';

const repository = join(__dirname, '..', '..', '..');

describe('names', () => {
  it.each([
    ['visits', 'visit'],
    ['activities', 'activity'],
    ['branches', 'branch'],
    ['dues', 'due'],
    ['development', 'development'],
    ['process', 'process'],
  ])('one of the %s is a %s', (many, one) => expect(singular(many)).toBe(one));

  it('spells a name of two words everywhere as the place wants it', () => {
    expect(namesOf('home-visits')).toEqual({
      ...{
        capability: 'home-visits',
        slice: 'homeVisits',
        entity: 'homeVisit',
        Entity: 'HomeVisit',
        table: 'home_visit',
      },
      ...{ CODE: 'HOME_VISIT', words: 'home visit', entities: 'homeVisits', Entities: 'HomeVisits' },
    });
    expect(namesOf('development').entities).toBe('developments');
  });

  it.each(['Dues', 'due_s', 'dues-', '../dues', ''])('%j is no name', (name) => {
    expect(() => namesOf(name)).toThrow('lower-case');
  });
});

describe('making a slice known', () => {
  it('puts it last among the capabilities', () => {
    const source = `import { people } from './people';\n\nexport const s = { capabilities: [people], projections: [] };\n`;
    expect(withCapability(source, 'home-visits', 'homeVisits')).toBe(
      `import { people } from './people';\nimport { homeVisits } from './home-visits';\n\nexport const s = { capabilities: [people, homeVisits], projections: [] };\n`,
    );
  });

  it('refuses a service and roles that it does not understand', () => {
    expect(() => withCapability('export const s = {};', 'a', 'a')).toThrow('no list of capabilities');
    expect(() => withPermissions('export const roles = {};', 'members', 'a')).toThrow('no list readMembers');
  });
});

describe('a slice', () => {
  const root = mkdtempSync(join(tmpdir(), 'jishi-slice-'));
  beforeAll(() => {
    for (const path of [
      'apps/members/src/service.ts',
      'apps/members/migrations',
      'libs/access/src/roles.ts',
      'tools/generators/templates',
    ]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      cpSync(join(repository, path), join(root, path), { recursive: true });
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('has all its files, with every name filled in', () => {
    const paths = generateCapability({ root, service: 'members', capability: 'home-visits', zh: '家访' });
    expect(paths).toHaveLength(11);
    for (const path of paths) expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/\{\{\w+\}\}/);
    expect(paths.filter((path) => path.includes('/migrations/')).join()).toMatch(/\/\d{4}-home-visits\.sql$/);
    expect(readFileSync(join(root, 'apps/members/src/service.ts'), 'utf8')).toMatch(/capabilities: \[.*, homeVisits\]/);
    expect(readFileSync(join(root, 'libs/access/src/roles.ts'), 'utf8')).toContain(`'home-visits:keep'`);
  });

  it('is never written over another, nor into a service that is not there', () => {
    const wish = { root, service: 'members', capability: 'home-visits', zh: '家访' };
    expect(() => generateCapability(wish)).toThrow('exists already');
    expect(() => generateCapability({ ...wish, service: 'villages' })).toThrow(
      'there is no apps/villages/src/service.ts',
    );
    expect(existsSync(join(root, 'apps/villages'))).toBe(false);
  });
});
