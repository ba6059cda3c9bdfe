import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { developmentKeys, tokenSigner } from '@jishi/access';
import type { DemoAccount } from '../city/demo-accounts';

/** A working day: long enough to try things out, short enough that a token in a shell's history is soon worth nothing. */
const lifeSeconds = 10 * 60 * 60;

/** There is no such account, or no installation to have it; the message says what there is, or what to do. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
}

export const accountList = (accounts: readonly DemoAccount[]): string =>
  accounts.map(({ account, title }) => `  ${account.padEnd(22)}${title}\n`).join('');

/**
 * A bearer token of an account of the demonstration, signed with the development key of the data folder, good for ten hours.
 * @throws NoToken for an unknown account, and before the first start, which makes the key.
 */
export function tokenFor(account: string, accounts: readonly DemoAccount[], dataFolder: string): string {
  const found = accounts.find((each) => each.account === account);
  if (!found)
    throw new NoToken(`没有账号 ${account}，现有 / no account ${account}, there are:\n${accountList(accounts)}`);
  const keys = join(dataFolder, 'keys');
  if (!existsSync(join(keys, 'user.pem'))) {
    throw new NoToken(
      `${keys} 里还没有签名密钥：请先运行 npm start（首次启动时生成）。\nNo key in ${keys} yet: the first \`npm start\` makes it.\n`,
    );
  }
  const sign = tokenSigner(developmentKeys(keys, 'user').privateKey, 'user', lifeSeconds);
  return sign({ id: `demo:${account}`, account, grants: found.grants });
}

export interface TokenOptions {
  readonly accounts: readonly DemoAccount[];
  readonly dataFolder: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const usage = `npm run -s token -- 账号      打印该账号的令牌 / prints a bearer token of the account
npm run -s token -- --list    列出账号 / lists the accounts
`;

/** `npm run token`: 0 when a token or the list was printed, 2 otherwise. */
export function printToken(words: readonly string[], { accounts, dataFolder, out, err }: TokenOptions): 0 | 2 {
  const [account, ...more] = words;
  if (account === '--list') {
    out(accountList(accounts));
    return 0;
  }
  if (account === undefined || more.length > 0 || account.startsWith('-')) {
    const asked = account === '--help' || account === '-h';
    (asked ? out : err)(`${usage}${accountList(accounts)}`);
    return asked ? 0 : 2;
  }
  try {
    out(`${tokenFor(account, accounts, dataFolder)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NoToken)) throw error;
    err(error.message);
    return 2;
  }
}
