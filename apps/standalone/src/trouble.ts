import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from '@jishi/config';
import { say, type Wording } from '@jishi/errors';
import { KafkaError } from '@jishi/embedded-kafka';
import { StartError } from '@jishi/embedded-postgres';

/** What keeps the platform from starting, in words for the person who started it. */
export class StartRefused extends Error {
  constructor(wording: Wording, params: Readonly<Record<string, string | number>>) {
    super(`${say(wording, 'zh', params)}\n${say(wording, 'en', params)}`);
  }
}

export const portTaken = (port: number): StartRefused =>
  new StartRefused(
    {
      zh: '端口 {port} 已被占用：请停止占用它的程序，或设 PORT 换一个端口',
      en: 'Port {port} is taken: stop what holds it, or choose another with PORT',
    },
    { port },
  );

export const portForbidden = (port: number): StartRefused =>
  new StartRefused(
    {
      zh: '当前用户不能使用端口 {port}：请设 PORT 换一个大于1023的端口',
      en: 'This user may not use port {port}: choose one above 1023 with PORT',
    },
    { port },
  );

const carrierWords = { postgres: 'PostgreSQL', kafka: 'Kafka' } as const;
export const otherCarrier = (folder: string, wanted: 'postgres' | 'kafka'): StartRefused =>
  new StartRefused(
    {
      zh: '数据目录 {folder} 的事件不在 {wanted} 上，换总线会漏掉未读的事件：请照旧启动，或设 JISHI_DATA 另用一个目录',
      en: 'The events of {folder} are not on {wanted}; another carrier would miss unread ones: start it as before, or set JISHI_DATA to another folder',
    },
    { folder, wanted: carrierWords[wanted] },
  );

const unreadableKeys: Wording = {
  zh: '目录 {folder} 中的签名密钥不完整：删除该目录后重新启动，会生成新的密钥（数据不受影响，令牌须重新领取）',
  en: 'The signing keys in {folder} are not whole: remove that folder and start again to get new ones (the data stays, tokens must be taken anew)',
};
export const keysBroken = (folder: string): StartRefused => new StartRefused(unreadableKeys, { folder });

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** So little is left that neither PostgreSQL nor anybody else can write. Bytes. */
const nothingLeft = 8 * 1024 * 1024;

async function isFull(folder: string): Promise<boolean> {
  const there = await statfs(folder).catch(() => undefined);
  if (there) return there.bavail * there.bsize < nothingLeft;
  return folder !== dirname(folder) && isFull(dirname(folder));
}

/**
 * Work that fills the disk may wait for ever instead of failing: whoever carries events takes a full disk for a passing cause. While
 * it runs, the disk is looked at once a second. @throws StartError when nothing is left.
 */
export async function unlessDiskFills<R>(folder: string, work: Promise<R>): Promise<R> {
  let done = false;
  const watch = (async () => {
    while (!done) {
      if (await isFull(folder)) throw new StartError('DISK_FULL', { folder });
      await new Promise((resolve) => setTimeout(resolve, 1_000).unref());
    }
    return work;
  })();
  try {
    return await Promise.race([work, watch]);
  } finally {
    done = true;
    // Whichever loses the race may still fail; the winner has said what there is to say.
    for (const each of [work, watch]) each.catch(() => undefined);
  }
}

/**
 * The words of an error that ends the start. A full disk has many faces, some of them only a connection that broke, so the disk itself
 * is asked; what nobody foresaw keeps its stack, for it will be reported.
 */
export async function wordsOf(error: unknown, folder: string): Promise<string> {
  if (
    error instanceof StartError ||
    error instanceof KafkaError ||
    error instanceof StartRefused ||
    error instanceof ConfigError
  )
    return error.message;
  const code = codeOf(error);
  if (['ENOSPC', 'EDQUOT', '53100'].includes(code) || (await isFull(folder)))
    return new StartError('DISK_FULL', { folder }).message;
  if (['EROFS', 'EACCES', 'EPERM'].includes(code))
    return new StartError('FOLDER_NOT_WRITABLE', { folder, detail: code }).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
