import { parseArgs } from 'node:util';
import { contractOf } from '@jishi/event-contracts';
import { deadLetters, type DeadLetter, type DeadLetterFilter, type DeadLetters } from '@jishi/event-delivery';
import { consumersOf, openServiceDatabase } from '@jishi/subgraph';
import { findPlace, placeHelp, placeOptions, serviceNames, serviceOf, Trouble } from './place';
import { number, table, wordsOf, type Screen } from './screen';

export const help = `未能处理的事件：列出、查看、重做、放弃；谁在何时因何处理，记入审计。
Dead letters: events that a service could not apply. Who settled which, when and why, stands in the audit trail.

  npm run events:dead-letters -- list                        等待处理的 / those that wait
  npm run events:dead-letters -- show <编号>                  事件全文和原因 / the event with its headers and the cause
  npm run events:dead-letters -- replay <编号…>|--all --by 姓名         重做：原因消除之后 / applies it again
  npm run events:dead-letters -- discard <编号…> --by 姓名 --reason 理由  放弃：不再应用 / gives it up, for a reason

  --service    只看一个服务 / of one service
  --consumer   只看一个消费者，例 members.known-organizations / of one consumer
  --type       只看一种事件，例 organizations.organization.renamed.v1 / of one type of event
  --state      WAITING（缺省）、REPLAYED、DISCARDED
  --by         办理人姓名，记入审计 / who does it
  --reason     理由；放弃时必填 / why; required to discard
${placeHelp}`;

interface Found {
  readonly service: string;
  readonly letters: DeadLetters;
  readonly letter: DeadLetter;
}

const states: Readonly<Record<DeadLetter['state'], string>> = {
  WAITING: '待处理',
  REPLAYED: '已重做',
  DISCARDED: '已放弃',
};
const called = (type: string): string => contractOf(type)?.zh ?? type;
const moment = (at: Date): string => at.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16);
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

function list(found: readonly Found[], screen: Screen): void {
  if (found.length === 0) return screen.line('没有未能处理的事件 / none');
  const rows = found.map(({ service, letter }) => [
    letter.id,
    service,
    letter.consumer.slice(service.length + 1),
    called(letter.type),
    letter.key,
    moment(letter.at),
    letter.waitsBehind ? '排在同一对象更早的事件之后' : shortened(letter.cause, 60),
    ...(letter.state === 'WAITING'
      ? []
      : [
          `${states[letter.state]} ${letter.settledBy ?? ''} ${letter.settledAt ? moment(letter.settledAt) : ''} ${letter.reason ?? ''}`,
        ]),
  ]);
  const headings = ['编号 id', '服务', '消费者', '事件', '对象', '时间', '原因 cause'];
  for (const line of table(rows.some((row) => row.length > headings.length) ? [...headings, '处理'] : headings, rows))
    screen.line(line);
  const first = found.filter(({ letter }) => letter.state === 'WAITING' && !letter.waitsBehind).length;
  screen.line(
    `\n共${number(found.length)}个${first > 0 ? `，其中${number(first)}个可以重做或放弃，其余随之` : ''} / ${found.length} in all`,
  );
}

function show({ service, letter }: Found, screen: Screen): void {
  const { data, ...attributes } = letter.event;
  screen.line(`${called(letter.type)}  ${letter.type}`);
  screen.line(
    `状态    ${states[letter.state]}${letter.settledBy ? `：${letter.settledBy}，${letter.settledAt ? moment(letter.settledAt) : ''}，${letter.reason ?? '未写理由'}` : ''}`,
  );
  screen.line(`服务    ${service}，${letter.consumer}；尝试${number(letter.attempts)}次，${moment(letter.at)}搁置`);
  screen.line(`原因    ${letter.cause}`);
  if (letter.waitsBehind) screen.line('        事件本身没有问题，只是排在同一对象更早的事件之后');
  screen.line('\n事件属性 / attributes');
  for (const [name, value] of Object.entries(attributes)) screen.line(`  ${name.padEnd(18)}${String(value)}`);
  screen.line('\n事件内容 / data');
  for (const line of JSON.stringify(data, null, 2).split('\n')) screen.line(`  ${line}`);
}

type Act = (found: Found) => Promise<number>;

/** Settles one after the other; one that fails holds up no other. */
async function each(found: readonly Found[], act: Act, done: string, screen: Screen): Promise<number> {
  let settled = 0;
  let failed = 0;
  for (const one of found) {
    try {
      const now = await act(one);
      settled += now;
      screen.line(`${one.letter.id}  ${done}${now > 1 ? `，连同排在其后的共${number(now)}个` : ''}`);
    } catch (error) {
      failed += 1;
      screen.line(`${one.letter.id}  没有处理：${wordsOf(error)}`);
    }
  }
  screen.line(`处理${number(settled)}个，失败${number(failed)}个 / ${settled} settled, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

const isState = (text: unknown): text is DeadLetter['state'] => typeof text === 'string' && text in states;

export async function main(given: readonly string[], screen: Screen): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      ...placeOptions,
      service: { type: 'string' },
      consumer: { type: 'string' },
      type: { type: 'string' },
      state: { type: 'string', default: 'WAITING' },
      by: { type: 'string' },
      reason: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [verb, ...ids] = positionals;
  if (values.help || verb === undefined || !['list', 'show', 'replay', 'discard'].includes(verb)) {
    screen.line(help);
    return values.help ? 0 : 2;
  }
  const { service, consumer, type, state, reason } = values;
  const by = values.by?.trim();
  if (!isState(state)) throw new Trouble('--state 只能是 WAITING、REPLAYED 或 DISCARDED / unknown state');
  if (verb !== 'list' && ids.length === 0 && !(verb === 'replay' && values.all))
    throw new Trouble('请写明编号，list 可以查到 / name the dead letters, see list');
  if ((verb === 'replay' || verb === 'discard') && !by)
    throw new Trouble('请写明由谁处理：--by 姓名 / say who does it: --by NAME');
  if (verb === 'discard' && !reason?.trim())
    throw new Trouble('放弃事件须说明理由：--reason 理由 / say why it is given up: --reason WHY');

  const place = await findPlace(values);
  const open = [];
  try {
    for (const name of service === undefined ? serviceNames : [serviceOf(service).name]) {
      const database = await openServiceDatabase(serviceOf(name), place.urlOf(name), 3);
      open.push({ name, database, letters: deadLetters(database, consumersOf(serviceOf(name))) });
    }
    const filter: DeadLetterFilter = { state, ...(consumer && { consumer }), ...(type && { type }) };
    const found: Found[] = [];
    for (const { name, letters } of open)
      if (ids.length === 0)
        for (const letter of await letters.list(filter)) found.push({ service: name, letters, letter });
      else
        for (const id of ids) {
          const letter = await letters.get(id);
          if (letter) found.push({ service: name, letters, letter });
        }
    const unknown = ids.filter((id) => !found.some(({ letter }) => letter.id === id));
    if (unknown.length > 0) throw new Trouble(`没有编号为${unknown.join('、')}的事件 / not found`);

    if (verb === 'list') list(found, screen);
    else if (verb === 'show') for (const one of found) show(one, screen);
    else if (verb === 'replay')
      return await each(
        ids.length > 0 ? found : found.filter(({ letter }) => !letter.waitsBehind),
        ({ letters, letter }) => letters.replay(letter.id, { by: by ?? '', ...(reason && { reason }) }),
        '已重做 / replayed',
        screen,
      );
    else
      return await each(
        found,
        ({ letters, letter }) => letters.discard(letter.id, { by: by ?? '', ...(reason && { reason }) }),
        '已放弃 / discarded',
        screen,
      );
    return 0;
  } finally {
    for (const { database } of open) await database.close();
  }
}
