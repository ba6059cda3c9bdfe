import { choice, data, mode, readConfig, variable, type Environment } from '@jishi/config';
import { z } from 'zod';

/** What the embedded form reads: one folder, one port, the size of the demonstration. It is silent unless asked to speak. */
export const readEnv = (env?: Environment) =>
  readConfig(
    {
      ...data,
      ...mode,
      KAFKA_BROKERS: variable(z.string().optional(), {
        zh: '已有的 Kafka 集群，主机:9092,主机:9092；不写则用自带的',
        en: 'a Kafka cluster that is there already, host:9092,host:9092; our own when absent',
      }),
      LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'error'),
    },
    env,
  );

export type StandaloneEnv = ReturnType<typeof readEnv>;
