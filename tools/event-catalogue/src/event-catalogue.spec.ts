import {
  contracts,
  jsonSchemaOf,
  memberRecorded,
  memberTransferred,
  organizationRecorded,
  topicCatalogue,
} from '@jishi/event-contracts';
import { slicesOf } from '@jishi/subgraph';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { staleFiles } from '../../compose-supergraph/generated';
import { repositoryRoot } from '../../compose-supergraph/repository';
import { services } from '../../compose-supergraph/services';
import { generatedFiles } from './generated';
import { listenersByType } from './listeners';
import { rowsOf } from './rows';
import { snippetsFor } from './snippets';
import { valueWordsOf } from './value-words';

const root = repositoryRoot();
const files = generatedFiles(root);
const page = files.then((all) => all.find(({ path }) => path.endsWith('.html'))?.text ?? '');
/** The block of one event. */
const blockOf = async (type: string): Promise<string> => {
  const [, after = ''] = (await page).split(`<details class="event" id="${type}">`);
  return after.split('<details class="event"')[0] ?? '';
};

describe('npm run events:write', () => {
  it('has nothing to write: schemas, AsyncAPI documents and catalogue are those of the contracts', async () => {
    const generated = await files;
    expect(staleFiles(root, generated)).toEqual([]);
    const paths = new Set(generated.map(({ path }) => path));
    for (const folder of ['libs/event-contracts/schemas', 'libs/event-contracts/asyncapi'])
      for (const file of readdirSync(join(root, folder))) expect(paths).toContain(`${folder}/${file}`);
  });
});

describe('the catalogue', () => {
  it('needs nothing but itself', async () => {
    const text = await page;
    expect(text).not.toMatch(/<(script|link|img|iframe)[^>]*\s(src|href)=/);
    expect(text).not.toMatch(/@import|url\(/);
    expect(text).not.toMatch(/<!-- (counts|navigation|content|snippets) -->/);
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))(
    'tells everything of %s',
    async (type, contract) => {
      const block = await blockOf(type);
      expect(block).toContain(contract.zh);
      for (const feature of contract.features) expect(block).toContain(`<span class="tag">${feature}</span>`);
      for (const { path } of rowsOf(jsonSchemaOf(contract))) expect(block).toContain(`<code>${path}</code>`);
      expect(block).toContain(`ce_type: ${type}`);
      expect(block).toContain(`jishi.${contract.topic}`);
      expect(block).toContain('JSON Schema');
    },
  );

  it('shows every topic with key, partitions, retention, data class, owner and programs', async () => {
    const text = await page;
    for (const { topic, key, partitions, retentionDays, owner } of topicCatalogue) {
      const [, after = ''] = text.split(`id="topic-${topic}"`);
      const head = after.split('<details class="event"')[0] ?? '';
      expect(head).toContain(`<code data-topic="${topic}">jishi.${topic}</code>`);
      expect(head).toContain(`<code>${key}</code>`);
      expect(head).toMatch(new RegExp(`<dt>分区</dt>\\s*<dd>${partitions}`));
      expect(head).toContain(`${retentionDays}天`);
      expect(head).toContain(owner);
      expect(head).toContain(`data-snippets="${topic}"`);
    }
  });

  it('names who listens, from the handlers that the services have declared', async () => {
    const listeners = listenersByType(services);
    const handled = services.flatMap((service) =>
      slicesOf(service).flatMap(({ consumers }) =>
        (consumers ?? []).flatMap(({ name, handlers }) => Object.keys(handlers).map((type) => `${type} ${name}`)),
      ),
    );
    const told = [...listeners].flatMap(([type, known]) => known.map(({ name }) => `${type} ${name}`));
    expect(told.sort()).toEqual(handled.sort());
    expect(told.length).toBeGreaterThan(20);
    for (const [type, known] of listeners)
      for (const { name } of known) expect([type, await blockOf(type)]).toEqual([type, expect.stringContaining(name)]);
    expect(listeners.get(memberTransferred.type)?.map(({ name }) => name)).toContain('villages.known-members');
  });

  it('shows Chinese words for the values of lists, those of the service that owns the event', async () => {
    expect(await blockOf(memberRecorded.type)).toMatch(/<code>PROBATIONARY<\/code> 预备党员/);
    const wordsOf = valueWordsOf({
      members: 'enum Status { "在册: there" ACTIVE "离开: gone" LEFT }',
      grids: 'enum Status { "启用: in use" ACTIVE "停用: not in use" RETIRED }',
    });
    expect(wordsOf('grids', ['ACTIVE', 'RETIRED'])['ACTIVE']).toBe('启用');
    expect(wordsOf('members', ['ACTIVE'])['ACTIVE']).toBe('在册');
    expect(wordsOf('members', ['SHELL', 'WEAK'])).toEqual({});
  });
});

describe('the table of a payload', () => {
  it('has a row for every field, also within lists and what may be null', () => {
    const rows = rowsOf(jsonSchemaOf(organizationRecorded));
    const row = (path: string) => rows.find((each) => each.path === path);
    expect(row('history[].validTo')).toMatchObject({ type: '日期 YYYY-MM-DD', nullable: true, required: true });
    expect(row('jointHosts[].kind')).toMatchObject({ type: '取值表', values: expect.arrayContaining(['VILLAGE']) });
    expect(row('jointHosts[]')).toMatchObject({ required: false });
    expect(row('orgId')).toMatchObject({ type: 'UUID', nullable: false, required: true });
    expect(rows.map(({ type }) => type)).not.toContain('undefined');
  });
});

describe('the programs', () => {
  it('name the address, the topic and the group they were made for, and nothing else of the kind', () => {
    const programs = snippetsFor({ bootstrap: '10.1.2.3:9094', topic: 'wuzhi.members.member', group: 'bureau.copy' });
    expect(programs.map(({ name }) => name)).toEqual(['kcat', 'Python', 'Java', 'Node']);
    for (const { code } of programs) {
      expect(code).toContain('10.1.2.3:9094');
      expect(code).toContain('wuzhi.members.member');
      expect(code).toContain('bureau.copy');
      expect(code).not.toMatch(/jishi|127\.0\.0\.1|\{\{/);
    }
  });

  it('stand on the page as they are tested, to be filled in by the reader', async () => {
    const [, after = ''] = (await page).split('<script type="application/json" id="snippets">');
    const shown: unknown = JSON.parse(after.split('</script>')[0] ?? '');
    expect(shown).toEqual(snippetsFor({ bootstrap: '{{bootstrap}}', topic: '{{topic}}', group: '{{group}}' }));
  });
});
