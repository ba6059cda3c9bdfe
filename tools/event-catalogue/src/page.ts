import {
  contracts,
  dataClassWords,
  exampleRecord,
  fieldWords,
  jsonSchemaOf,
  headerWords,
  serviceWords,
  topicCatalogue,
  topicName,
  topicWords,
  type DataClass,
  type EventContract,
  type TopicSettings,
} from '@jishi/event-contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guide } from './guide';
import type { Listener } from './listeners';
import { rowsOf } from './rows';
import { snippetsFor } from './snippets';
import type { ValueWords } from './value-words';

export interface PageOf {
  readonly version: string;
  readonly listeners: ReadonlyMap<string, readonly Listener[]>;
  readonly valueWords: (service: string, values: readonly string[]) => ValueWords;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const json = (value: unknown): string => escaped(JSON.stringify(value, null, 2));
const services = [...new Set(topicCatalogue.map(({ owner }) => owner))].sort(
  (a, b) => Object.keys(serviceWords).indexOf(a) - Object.keys(serviceWords).indexOf(b),
);
const inReadingOrder = Object.keys(topicWords);
const ownedBy = (service: string) =>
  topicCatalogue
    .filter(({ owner }) => owner === service)
    .sort((a, b) => inReadingOrder.indexOf(a.topic) - inReadingOrder.indexOf(b.topic));
const zhOf = (service: string): string => serviceWords[service]?.zh ?? service;

/** The whole page: one file that needs nothing else. */
export function pageOf(page: PageOf): string {
  const template = readFileSync(join(__dirname, 'page.html'), 'utf8');
  const programs = snippetsFor({ bootstrap: '{{bootstrap}}', topic: '{{topic}}', group: '{{group}}' });
  const counts = `<span>${contracts.length}个事件，${topicCatalogue.length}个主题，契约版本${page.version}</span>
      <span class="en">${contracts.length} events on ${topicCatalogue.length} topics, contracts ${page.version}; Chinese first, English beside it</span>`;
  const content = [
    guide(),
    headers(),
    topicTable(),
    ...services.map((service) => serviceSection(page, service)),
    '<p class="none" id="nothing" hidden>没有符合的事件，换个词试试。 Nothing found.</p>',
  ];
  return template
    .replace('<!-- counts -->', () => counts)
    .replace('<!-- navigation -->', () => navigation())
    .replace('<!-- content -->', () => content.join('\n'))
    .replace(
      '<!-- snippets -->',
      () =>
        `<script type="application/json" id="snippets">${JSON.stringify(programs).replaceAll('<', '\\u003c')}</script>`,
    );
}

const navigation = (): string => `<ol>
  <li><a href="#subscribe">如何订阅</a></li>
  <li><a href="#headers">消息头</a></li>
  <li><a href="#topics">主题一览</a></li>
  ${services
    .map(
      (service) =>
        `<li><a href="#service-${service}">${zhOf(service)}</a><ol>${ownedBy(service)
          .map(({ topic, zh }) => `<li><a href="#topic-${topic}">${zh}</a></li>`)
          .join('')}</ol></li>`,
    )
    .join('\n  ')}
</ol>`;

const headers = (): string => `
<section class="other" id="headers">
  <h2>消息头<span class="en">Headers</span></h2>
  <table class="stack"><thead><tr><th>消息头</th><th>含义</th></tr></thead><tbody>
    ${Object.entries(headerWords)
      .map(([name, { zh, en }]) => `<tr><td><code>${name}</code></td><td>${zh} <span class="en">${en}</span></td></tr>`)
      .join('\n    ')}
  </tbody></table>
</section>`;

const classNames: Readonly<Record<DataClass, string>> = { public: '公开', internal: '内部', personal: '个人' };
const dataClass = (of: DataClass): string =>
  `<span class="tag ${of}" title="${escaped(dataClassWords[of]?.zh ?? '')}">${classNames[of]}</span>`;

const topicTable = (): string => `
<section class="other" id="topics">
  <h2>主题一览<span class="en">Topics</span></h2>
  <div class="wide"><table><thead><tr>
    <th>主题</th><th>内容</th><th>键</th><th>分区</th><th>保留</th><th>数据类别</th><th>所有方</th>
  </tr></thead><tbody>
    ${services
      .flatMap(ownedBy)
      .map(
        (settings) =>
          `<tr><td><a href="#topic-${settings.topic}"><code data-topic="${settings.topic}">${topicName(
            settings.topic,
          )}</code></a></td><td>${settings.zh}</td><td><code>${settings.key}</code></td><td>${settings.partitions}</td><td>${
            settings.retentionDays
          }天</td><td>${dataClass(settings.dataClass)}</td><td>${zhOf(settings.owner)}</td></tr>`,
      )
      .join('\n    ')}
  </tbody></table></div>
  <p class="en">每个主题${topicCatalogue[0]?.replication}个副本，至少${topicCatalogue[0]?.minInSyncReplicas}个写入才算成功；到期删除（cleanup.policy=delete），另有说明的除外。</p>
  ${(['public', 'internal', 'personal'] as const)
    .map(
      (each) =>
        `<p>${dataClass(each)} ${dataClassWords[each]?.zh} <span class="en">${dataClassWords[each]?.en}</span></p>`,
    )
    .join('\n  ')}
</section>`;

const serviceSection = (page: PageOf, service: string): string => `
<section class="service" id="service-${service}">
  <h2>${zhOf(service)}<span class="en">${serviceWords[service]?.en ?? ''}</span></h2>
  ${ownedBy(service)
    .map((settings) => topicBlock(page, settings))
    .join('\n  ')}
</section>`;

const fact = (name: string, value: string): string => `<div><dt>${name}</dt><dd>${value}</dd></div>`;

function topicBlock(page: PageOf, settings: TopicSettings): string {
  const { topic, zh, en, owner, key, partitions, retentionDays, cleanup, replication, minInSyncReplicas } = settings;
  const events = contracts.filter((contract) => contract.topic === topic);
  return `<article class="topic" id="topic-${topic}">
  <div class="head">
    <h3>${zh}<span class="en">${escaped(en)}</span></h3>
    <dl class="facts">
      ${fact('主题', `<code data-topic="${topic}">${topicName(topic)}</code>`)}
      ${fact('键', `<code>${key}</code>`)}
      ${fact('分区', partitions === 1 ? '1（全部按序）' : String(partitions))}
      ${fact('保留', `${retentionDays}天（${cleanup}）`)}
      ${fact('副本', `${replication}，至少写入${minInSyncReplicas}`)}
      ${fact('数据类别', dataClass(settings.dataClass))}
      ${fact('所有方', `${zhOf(owner)}服务 ${owner}`)}
    </dl>
  </div>
  <details class="snippets"><summary>读这个主题的程序：kcat、Python、Java、Node <span class="en">Programs that read it</span></summary>
    <div class="body"><div data-snippets="${topic}"></div></div></details>
  ${events.map((contract) => eventBlock(page, contract)).join('\n  ')}
</article>`;
}

function eventBlock(page: PageOf, contract: EventContract): string {
  const { type, zh, en, features, service, topic } = contract;
  const record = exampleRecord(contract);
  const schema = jsonSchemaOf(contract);
  const said = [
    `主题  ${record.topic}`,
    `键    ${record.key}`,
    '',
    ...Object.entries(record.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    JSON.stringify(record.value, null, 2),
  ].join('\n');
  const rows = rowsOf(schema).map(({ path, field, type: shape, required, nullable, values }) => {
    const words = fieldWords(topic, field);
    const known = page.valueWords(service, values);
    const list = values.map(
      (value) => `<span><code>${escaped(value)}</code>${known[value] ? ` ${escaped(known[value])}` : ''}</span>`,
    );
    return `<tr><td><code>${escaped(path)}</code></td><td>${shape}${nullable ? '，可空' : ''}${
      required ? '' : '，可选'
    }</td><td>${escaped(words?.zh ?? '')} <span class="en">${escaped(words?.en ?? '')}</span>${
      list.length > 0 ? `<div class="values">${list.join('')}</div>` : ''
    }</td></tr>`;
  });
  return `<details class="event" id="${type}">
  <summary data-find><b>${zh}</b><code>${type}</code> ${dataClass(contract.dataClass)}</summary>
  <div class="body">
    <p class="en" data-find>${escaped(en)}</p>
    <p data-find>功能 ${features.map((feature) => `<span class="tag">${feature}</span>`).join(' ')}　已知订阅方 ${listenersOf(page, type)}</p>
    <h4>内容 <span class="en">Payload</span></h4>
    <table class="stack" data-find><thead><tr><th>字段</th><th>类型</th><th>含义</th></tr></thead><tbody>
      ${rows.join('\n      ')}
    </tbody></table>
    <h4>例：Kafka上的一条消息 <span class="en">A record as it lies on Kafka</span></h4>
    <div class="code"><pre>${escaped(said)}</pre></div>
    <details><summary class="en">JSON Schema 2020-12（原文）</summary><div class="code"><pre>${json(schema)}</pre></div></details>
  </div>
</details>`;
}

function listenersOf({ listeners }: PageOf, type: string): string {
  const known = listeners.get(type) ?? [];
  if (known.length === 0) return '<span class="en">平台内暂无 none in the platform</span>';
  return known
    .map(
      ({ service, name, ordering }) =>
        `<span class="tag">${zhOf(service)} <code>${name}</code>${ordering === 'strict' ? ' 严格按序' : ' 取最新'}</span>`,
    )
    .join(' ');
}
