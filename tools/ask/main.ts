import { data, readConfig } from '@jishi/config';
import { committedQuestions } from '../../apps/gateway/src/committed';
import { demoAccounts } from '../city/demo-accounts';
import { NoToken, tokenFor } from '../token/token';
import { UsageError } from './arguments';
import { ask } from './ask';

const { JISHI_DATA, JISHI_SIZE, PORT } = readConfig(data);
const accounts = demoAccounts(JISHI_SIZE === 'city' ? 'city' : 'county');

void ask(process.argv.slice(2), {
  questions: committedQuestions(),
  tokenFor(account) {
    try {
      return tokenFor(account, accounts, JISHI_DATA);
    } catch (error) {
      if (error instanceof NoToken) throw new UsageError(error.message);
      throw error;
    }
  },
  dataFolder: JISHI_DATA,
  port: PORT,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
});
