import { z } from 'zod';
import {
  bus,
  choice,
  ConfigError,
  data,
  database,
  http,
  subgraphKeys,
  logging,
  mode,
  readConfig,
  service,
  variable,
} from './index';

const complete = {
  DATABASE_URL: 'postgres://members:pw@db:5432/members',
  BUS_URL: 'postgres://bus:pw@db:5432/bus',
  SUBGRAPH_PUBLIC_KEY_FILE: '/keys/subgraph.public.pem',
};

const problemsOf = (read: () => unknown): ConfigError => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};

describe('reading the environment', () => {
  it('gives a service everything it needs from three addresses and defaults', () => {
    expect(readConfig(service, complete)).toEqual({
      ...complete,
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PORT: 4000,
      DATABASE_POOL: 10,
    });
  });

  it('gives the embedded form its folder, size and port without any variable', () => {
    expect(readConfig(data, {})).toEqual({ JISHI_DATA: '.jishi', JISHI_SIZE: 'county', PORT: 4000 });
  });

  it('gives numbers as numbers and words as their own types', () => {
    const { PORT, JISHI_SIZE } = readConfig(data, { PORT: '0', JISHI_SIZE: 'city' });
    const size: 'county' | 'city' | 'none' = JISHI_SIZE;
    expect([PORT + 1, size]).toEqual([1, 'city']);
  });

  it('takes an empty variable for an absent one', () => {
    expect(readConfig(http, { PORT: '', HOST: '' })).toEqual({ PORT: 4000, HOST: '127.0.0.1' });
  });

  it('ignores variables that nobody named', () => {
    expect(readConfig(mode, { NODE_ENV: 'test', HOME: '/root' })).toEqual({ NODE_ENV: 'test' });
  });

  it('cannot be changed after it was read', () => {
    const config = readConfig(logging, {});
    expect(() => Object.assign(config, { LOG_LEVEL: 'trace' })).toThrow(TypeError);
  });

  it.each(['65536', '-1', '0x10', '4e3', ' 80', 'abc'])('refuses %j as a port', (PORT) => {
    expect(problemsOf(() => readConfig(http, { PORT })).wrong).toEqual([
      expect.objectContaining({ name: 'PORT', given: JSON.stringify(PORT) }),
    ]);
  });

  it('refuses an address of another scheme and a pool of no connection', () => {
    const { wrong } = problemsOf(() => readConfig(database, { DATABASE_URL: 'mysql://db/x', DATABASE_POOL: '0' }));
    expect(wrong.map(({ name }) => name)).toEqual(['DATABASE_URL', 'DATABASE_POOL']);
  });
});

describe('what a person reads when it is wrong', () => {
  it('lists every wrong variable at once, in both languages, with what was given', () => {
    const { message, wrong } = problemsOf(() =>
      readConfig({ ...data, ...bus, ...subgraphKeys }, { PORT: 'web', JISHI_SIZE: 'village' }),
    );
    expect(wrong.map(({ name }) => name).sort()).toEqual(['BUS_URL', 'JISHI_SIZE', 'PORT', 'SUBGRAPH_PUBLIC_KEY_FILE']);
    expect(message).toContain('应为 county、city、none 之一,缺省 county;实际:"village"');
    expect(message).toContain('expected a port number from 0 to 65535, default 4000; given: "web"');
    expect(message).toContain(
      'expected the path of the public key (PEM) that verifies the gateway’s tokens; given: nothing',
    );
  });

  it('never prints an address that carries a password', () => {
    const { message, wrong } = problemsOf(() => readConfig(database, { DATABASE_URL: 'mysql://u:hunter2@db/x' }));
    expect(message + JSON.stringify(wrong)).not.toContain('hunter2');
    expect(message).toContain('set, not shown');
  });

  it('never prints a variable whose name speaks of a secret, also when nobody said so', () => {
    const { message } = problemsOf(() => readConfig({ SMS_PASSWORD: z.string().min(20) }, { SMS_PASSWORD: 'hunter2' }));
    expect(message).toContain('SMS_PASSWORD');
    expect(message).not.toContain('hunter2');
  });

  it('says what a service expects of a variable of its own', () => {
    const hour = variable(z.coerce.number().int().max(23).default(3), { zh: '0–23 的整点', en: 'an hour, 0 to 23' });
    const { message } = problemsOf(() => readConfig({ HOUR: hour, WHO: choice(['a', 'b'], 'a') }, { HOUR: '24' }));
    expect(message).toContain('应为 0–23 的整点;实际:"24"');
  });
});
