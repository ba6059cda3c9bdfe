import type { DemoAccount } from '../../../tools/city/demo-accounts';

/** Lines for the person who started it; a terminal gets a progress line that rewrites itself. */
export interface Screen {
  say(text: string): void;
  progress(text: string, share?: number): void;
  done(): void;
}

export function screenOn(stream: NodeJS.WriteStream): Screen {
  let last = '';
  let written = 0;
  const clear = (): void => {
    if (stream.isTTY && last) stream.write('\r\u001b[2K');
    last = '';
  };
  return {
    say(text) {
      clear();
      stream.write(`${text}\n`);
    },
    progress(text, share) {
      const line = share === undefined ? text : `${text} ${Math.floor(share * 100)}%`;
      if (line === last) return;
      if (stream.isTTY) {
        stream.write(`\r\u001b[2K  … ${line}`);
        last = line;
        return;
      }
      // A log file gets a line per step and one every ten seconds within a step.
      if (text !== last.replace(/ \d+%$/, '') || performance.now() - written > 10_000) {
        stream.write(`  … ${line}\n`);
        written = performance.now();
      }
      last = line;
    },
    done: clear,
  };
}

/** What a person needs to know once it runs. */
export function greeting(url: string, accounts: readonly DemoAccount[], seconds: number): string {
  const width = Math.max(0, ...accounts.map(({ account }) => account.length)) + 2;
  return [
    '',
    `基石 Jishi 已就绪（用时 ${seconds.toFixed(1)} 秒）`,
    `  查询页面  ${url}/graphql    健康检查  ${url}/health/ready`,
    ...(accounts.length > 0
      ? [
          '',
          '演示账号（npm run -s token -- 账号 取令牌）：',
          ...accounts.map(({ account, title }) => `  ${account.padEnd(width)}${title}`),
          '',
          '试一试：',
          '  npm run -s ask -- Q34                             某乡镇一页纸：收入、覆盖、事项、党员、未销号的问题',
          '  npm run -s ask -- Q02 --table                     超过50人的党支部：书记、党员类别、上级、拆分进展',
          '  npm run -s ask -- terms-due --as county-org       半年内到期或已超期的班子',
          '  npm run -s ask -- member-structure --var asOf=2026-01-01 --table   某一天的党员结构',
        ]
      : []),
    '',
    '按 Ctrl-C 停止。',
    '',
  ].join('\n');
}
