import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as graphqlPlugin from 'prettier/plugins/graphql';
import { format } from 'prettier/standalone';
import { apiSchema, compose, CompositionError, type SubgraphSdl } from './compose';
import { checkDescriptions, describeReport } from './descriptions';
import { type GeneratedFile, generatedFiles, staleFiles, writeFiles } from './generated';
import { fragileFields } from './ownership';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])';

const organizations: SubgraphSdl = {
  name: 'organizations',
  sdl: `${link}
    type Query {
      "党支部: a branch."
      branch("标识: its id." id: ID!): Branch
    }
    "党支部: a branch."
    type Branch @key(fields: "id") { "标识: the id." id: ID! "名称: the name." name: String! "种类: the kind." kind: Kind }
    "种类: kinds of branches."
    enum Kind { "联合: joint." JOINT "内部: not for clients." SECRET @inaccessible }`,
};
const members: SubgraphSdl = {
  name: 'members',
  sdl: `${link}
    "党支部: a branch."
    type Branch @key(fields: "id") { "标识: the id." id: ID! "人数: how many members." memberCount: Int }`,
};
const both = [organizations, members];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'compose-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('composing', () => {
  it('gives the same text whatever the order of the subgraphs', () => {
    expect(compose(both)).toBe(compose([members, organizations]));
    expect(compose(both)).toContain('join__Graph');
  });

  it('says which field two subgraphs disagree about', () => {
    const other = {
      ...members,
      sdl: members.sdl.replace('memberCount: Int', 'memberCount: Int "名称: name." name: Int'),
    };
    expect(() => compose([organizations, other])).toThrow(CompositionError);
    expect(() => compose([organizations, other])).toThrow(/Branch\.name/);
  });
});

describe('committed files', () => {
  let files: readonly GeneratedFile[];
  beforeAll(async () => {
    files = await generatedFiles(both);
  });

  it('are current right after writing, and are not written twice', () => {
    expect(writeFiles(root, files)).toEqual([
      'apps/organizations/schema.graphql',
      'apps/members/schema.graphql',
      'apps/gateway/supergraph.graphql',
    ]);
    expect(staleFiles(root, files)).toEqual([]);
    expect(writeFiles(root, files)).toEqual([]);
  });

  it('are not changed by formatting the folder they stand in', async () => {
    for (const { text } of files) {
      expect(await format(text, { parser: 'graphql', plugins: [graphqlPlugin], printWidth: 120 })).toBe(text);
    }
  });

  it('are stale when missing', () => {
    expect(staleFiles(root, files)).toHaveLength(3);
    expect(staleFiles(root, files)[0]).toContain('apps/organizations/schema.graphql');
  });

  it('are stale when a source gained a field: the printed SDL and the supergraph, each with its first different line', async () => {
    writeFiles(root, files);
    const grown = {
      ...members,
      sdl: members.sdl.replace('memberCount: Int', 'memberCount: Int "书记: secretary." secretary: ID'),
    };
    const now = await generatedFiles([organizations, grown]);
    const stale = staleFiles(root, now);
    expect(stale).toHaveLength(2);
    expect(stale[0]).toContain('apps/members/schema.graphql');
    expect(stale[0]).toContain('secretary');
    expect(stale[1]).toContain('apps/gateway/supergraph.graphql');
  });

  it('are stale when somebody edited the supergraph by hand, also at its very end', () => {
    writeFiles(root, files);
    const path = join(root, 'apps/gateway/supergraph.graphql');
    writeFileSync(path, `${readFileSync(path, 'utf8')}# one more line\n`);
    expect(staleFiles(root, files)).toEqual([expect.stringContaining('# one more line')]);
  });
});

describe('words of the graph', () => {
  const check = async (subgraphs: readonly SubgraphSdl[]) => checkDescriptions(await apiSchema(compose(subgraphs)));

  it('are complete when everything a client sees has both languages', async () => {
    const report = await check(both);
    // Two types, the query's field and its argument, four fields, one enum value.
    expect(report).toEqual({ described: 9, total: 9, missing: [] });
    expect(describeReport(report)).toContain('100 %');
  });

  it.each([
    ['"人数: how many members."', '"人数"', 'Branch.memberCount'],
    ['"人数: how many members."', '"how many members"', 'Branch.memberCount'],
    ['"人数: how many members."', '', 'Branch.memberCount'],
  ])('name a field whose description lost a language: %s → %s', async (from, to, name) => {
    expect((await check([organizations, { ...members, sdl: members.sdl.replace(from, to) }])).missing).toEqual([name]);
  });

  it.each([
    ['"标识: its id."', 'Query.branch(id:)'],
    ['"联合: joint."', 'Kind.JOINT'],
    ['"种类: kinds of branches."', 'Kind'],
  ])('name an argument, an enum value or a type without any: %s', async (gone, name) => {
    const report = await check([{ ...organizations, sdl: organizations.sdl.replace(gone, '') }, members]);
    expect(report.missing).toEqual([name]);
    expect(describeReport(report)).toContain('88.8 %');
    expect(describeReport(report)).toContain(name);
  });
});

describe('fields that another service answers', () => {
  it('may be null when a service adds them to another’s entity, so that the owner’s answer survives without it', () => {
    expect(fragileFields(both)).toEqual([]);
    const fragile = { ...members, sdl: members.sdl.replace('memberCount: Int', 'memberCount: Int!') };
    expect(fragileFields([fragile, organizations])).toEqual(['Branch.memberCount (members)']);
  });

  it('may be null when they lead to another’s entity, which may be out of reach or out of scope', () => {
    const transfer = (type: string) => ({
      ...members,
      sdl: `${members.sdl} type Transfer @key(fields: "id") { id: ID! member: Member! to: ${type} } type Member { id: ID! }`,
    });
    expect(fragileFields([organizations, transfer('Branch')])).toEqual([]);
    expect(fragileFields([organizations, transfer('[Branch!]!')])).toEqual(['Transfer.to (members)']);
  });
});

describe('words about an entity', () => {
  it('are those of its owner, not of a stub', () => {
    const stub = { ...members, sdl: members.sdl.replace('"党支部: a branch."', '"归组织服务: kept elsewhere."') };
    expect(compose([organizations, stub])).not.toContain('kept elsewhere');
    expect(compose([organizations, stub])).toContain('党支部: a branch.');
  });
});
