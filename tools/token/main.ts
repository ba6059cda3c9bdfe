import { data, readConfig } from '@jishi/config';
import { demoAccounts } from '../city/demo-accounts';
import { printToken } from './token';

const { JISHI_DATA, JISHI_SIZE } = readConfig(data);
const size = JISHI_SIZE === 'city' ? 'city' : 'county';

process.exitCode = printToken(process.argv.slice(2), {
  accounts: demoAccounts(size),
  dataFolder: JISHI_DATA,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
