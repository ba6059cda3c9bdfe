import { choice, data, mode, readConfig, type Environment } from '@jishi/config';

/** What the embedded form reads: one folder, one port, the size of the demonstration. It is silent unless asked to speak. */
export const readEnv = (env?: Environment) =>
  readConfig(
    {
      ...data,
      ...mode,
      LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'error'),
    },
    env,
  );

export type StandaloneEnv = ReturnType<typeof readEnv>;
