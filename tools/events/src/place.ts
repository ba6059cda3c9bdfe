import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, readConfig } from '@jishi/config';
import { runningKafka } from '@jishi/embedded-kafka';
import { runningPostgres } from '@jishi/embedded-postgres';
import { defaultPrefix } from '@jishi/event-contracts';
import type { Service } from '@jishi/subgraph';
import { services } from '../../compose-supergraph/services';

/** What the operator must put right, in words for him; ends the command with 2. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
}

/** Where the databases of the services and their bus are. */
export interface Place {
  urlOf(service: string): string;
  /** @throws Trouble when no bus is known here. */
  busUrl(): Promise<string>;
}

export const serviceNames: readonly string[] = services.map(({ name }) => name);

/** Options of every command that say where to look. */
export const placeOptions = {
  ...Object.fromEntries([...serviceNames, 'bus-url'].map((name) => [name, { type: 'string' as const }])),
} as Readonly<Record<string, { readonly type: 'string' }>>;

export const placeHelp = `${serviceNames.map((name) => `  --${name.padEnd(15)}该服务的数据库地址；都不写则用本机 npm start 的数据 / URL of its database`).join('\n')}
`;

export function serviceOf(name: string): Service {
  const service = services.find((each) => each.name === name);
  if (!service)
    throw new Trouble(
      `没有名为“${name}”的服务；可用：${serviceNames.join('、')} / no service ${name}, there are: ${serviceNames.join(', ')}`,
    );
  return service;
}

/** The places that were named, or those of the platform that runs from this machine's data folder. */
export async function findPlace(given: Readonly<Record<string, unknown>>): Promise<Place> {
  const written = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : undefined;
  };
  const folder = readConfig(data).JISHI_DATA;
  const someGiven = serviceNames.some((name) => written(name) !== undefined);
  const running = someGiven ? undefined : await runningPostgres(join(folder, 'postgres'));
  return {
    urlOf(name) {
      const url = written(name) ?? running?.(name);
      if (url) return url;
      throw new Trouble(
        someGiven
          ? `没有写明服务 ${name} 的数据库地址：--${name} 地址 / the URL of the database of ${name} is missing`
          : '没有正在运行的系统：先 npm start，或用 --服务名 地址 写明数据库 / nothing runs here: npm start first, or name the databases',
      );
    },
    async busUrl() {
      const named = written('bus-url');
      if (named) return named;
      if (carrierOf(folder) === 'kafka') {
        const brokers = await runningKafka(join(folder, 'kafka'));
        if (brokers) return `kafka://${brokers.join(',')}/${defaultPrefix}`;
      } else if (running) return running('bus');
      throw new Trouble('没有写明事件总线的地址：--bus-url 地址 / the address of the bus is missing: --bus-url URL');
    },
  };
}

/** What carries the events of a data folder, as its first start noted it. */
function carrierOf(folder: string): string {
  const note = join(folder, 'contents.json');
  if (!existsSync(note)) return 'postgres';
  return (JSON.parse(readFileSync(note, 'utf8')) as { carrier?: string }).carrier ?? 'postgres';
}
