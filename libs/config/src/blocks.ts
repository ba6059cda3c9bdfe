import { z } from 'zod';
import { choice, file, folder, isUrlOf, port, secretUrl, text, variable, wholeNumber } from './variables';

const postgresAddress = {
  zh: 'PostgreSQL 连接地址,如 postgres://用户:密码@主机:5432/库名',
  en: 'a PostgreSQL address such as postgres://user:password@host:5432/database',
};

/** Where an API process listens. HOST is the machine itself unless somebody opens it on purpose (containers do). */
export const http = {
  HOST: text('127.0.0.1', { zh: '监听地址', en: 'the address to listen on' }),
  PORT: port(4000),
};

/** The service's own database; no other service's address ever stands here. */
export const database = {
  DATABASE_URL: secretUrl(['postgres', 'postgresql'], postgresAddress),
  DATABASE_POOL: wholeNumber(1, 10, { zh: '连接数上限', en: 'connections at most' }),
};

/** Where the domain events go; the kind of address says by which carrier. */
export const bus = {
  BUS_URL: variable(
    z
      .string()
      .refine(
        (value) => /^kafka:\/\/[^/@]+\/[a-z0-9][a-z0-9-]*$/.test(value) || isUrlOf(['postgres', 'postgresql'], value),
      ),
    {
      zh: '事件总线地址：Kafka 写 kafka://主机:9092,主机:9092/主题前缀，PostgreSQL 日志写 postgres://用户:密码@主机:5432/库名',
      en: 'the event bus: kafka://host:9092,host:9092/topic-prefix, or postgres://user:password@host:5432/database for the log in PostgreSQL',
      secret: true,
    },
  ),
};

/** How much the process says. */
export const logging = {
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
};

/** A subgraph believes the gateway and nobody else. The variables of keys name files, never the keys themselves. */
export const subgraphKeys = {
  SUBGRAPH_PUBLIC_KEY_FILE: file({
    zh: '验证网关令牌的公钥文件(PEM)路径',
    en: 'the path of the public key (PEM) that verifies the gateway’s tokens',
  }),
};

/** The gateway believes the identity provider, and signs for the subgraphs. */
export const gatewayKeys = {
  USER_PUBLIC_KEY_FILE: file({
    zh: '验证用户令牌的公钥文件(PEM)路径',
    en: 'the path of the public key (PEM) that verifies people’s tokens',
  }),
  SUBGRAPH_PRIVATE_KEY_FILE: file({
    zh: '网关签发内部令牌的私钥文件(PEM)路径',
    en: 'the path of the private key (PEM) by which the gateway signs for the subgraphs',
  }),
};

/** The embedded form: one folder holds everything, and an empty folder is filled with a demonstration of this size. */
export const data = {
  JISHI_DATA: folder('.jishi', { zh: '数据目录', en: 'the folder that holds the data' }),
  JISHI_SIZE: choice(['county', 'city', 'none'], 'county'),
  PORT: port(4000),
};

/** production switches off what only a developer needs (introspection, the development key, stack traces). */
export const mode = {
  NODE_ENV: choice(['development', 'test', 'production'], 'development'),
};

/** Everything that an API or worker process of a service reads; a service adds its own variables in its `env.ts`. */
export const service = {
  ...mode,
  ...logging,
  ...http,
  ...database,
  ...bus,
  ...subgraphKeys,
} satisfies z.core.$ZodShape;

/** What the gateway reads besides the addresses of its subgraphs, which its own `env.ts` names. */
export const gateway = { ...mode, ...logging, ...http, ...gatewayKeys } satisfies z.core.$ZodShape;
