import { say, type Wording } from '@jishi/errors';

/** Why the database cannot start, stable for programs. None of them touches the data. */
export type StartErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'BINARIES_MISSING'
  | 'BINARIES_UNUSABLE'
  | 'PORT_BUSY'
  | 'FOLDER_NOT_WRITABLE'
  | 'FOLDER_NOT_OURS'
  | 'FOLDER_UNREACHABLE'
  | 'OTHER_VERSION'
  | 'DATA_DAMAGED'
  | 'DISK_FULL'
  | 'ALREADY_SUPERVISED'
  | 'NO_CONNECTION_FREE'
  | 'NOT_STOPPING'
  | 'START_FAILED';

const wordings: Record<StartErrorCode, Wording> = {
  PLATFORM_UNSUPPORTED: {
    zh: '没有适用于{platform}的内置数据库程序，请改用外部PostgreSQL 18',
    en: 'there is no embedded PostgreSQL for {platform}; use an external PostgreSQL 18',
  },
  BINARIES_MISSING: {
    zh: '未找到内置数据库程序{name}，请重新执行 npm ci（不要带 --omit=optional）',
    en: 'the embedded PostgreSQL {name} is not installed; run npm ci again (without --omit=optional)',
  },
  BINARIES_UNUSABLE: {
    zh: '内置数据库程序{program}无法运行：{detail}',
    en: 'the embedded PostgreSQL {program} cannot run here: {detail}',
  },
  PORT_BUSY: {
    zh: '端口{port}已被其他程序占用，请关闭该程序或更换端口',
    en: 'port {port} is taken by another program; stop it or choose another port',
  },
  FOLDER_NOT_WRITABLE: {
    zh: '无法写入数据库目录{folder}：{detail}',
    en: 'the database folder {folder} cannot be written: {detail}',
  },
  FOLDER_NOT_OURS: {
    zh: '数据库目录{folder}属于其他用户（uid {owner}），请用该用户运行',
    en: 'the database folder {folder} belongs to another user (uid {owner}); run as that user',
  },
  FOLDER_UNREACHABLE: {
    zh: '当前以root运行，而数据库须以普通用户运行，该用户无法进入{folder}；请改用普通用户运行，或把目录放到其他位置',
    en: 'running as root, but PostgreSQL needs an ordinary user, who cannot enter {folder}; run as an ordinary user or move the folder',
  },
  OTHER_VERSION: {
    zh: '目录{folder}中的数据属于PostgreSQL {found}，本程序使用PostgreSQL {wanted}；数据未作任何改动，请先用原版本导出',
    en: 'the data in {folder} is of PostgreSQL {found}, this program brings {wanted}; nothing was changed, export it with the old version first',
  },
  DATA_DAMAGED: {
    zh: '目录{folder}不是完整的数据库（{detail}）；未作任何改动，请从备份恢复或移走该目录',
    en: '{folder} is not a whole database ({detail}); nothing was changed, restore a backup or move it away',
  },
  DISK_FULL: {
    zh: '磁盘空间不足，数据库无法在{folder}启动；已有数据完好，请清理磁盘后重试',
    en: 'the disk is full, PostgreSQL cannot start in {folder}; existing data is whole, free some space and start again',
  },
  ALREADY_SUPERVISED: {
    zh: '数据库目录{folder}正由另一个进程（pid {pid}）使用，请先停止它',
    en: 'the database folder {folder} is in use by another process (pid {pid}); stop that one first',
  },
  NO_CONNECTION_FREE: {
    zh: '目录{folder}的数据库已在运行，但连接数已满',
    en: 'the database of {folder} runs, but has no connection free',
  },
  NOT_STOPPING: {
    zh: '目录{folder}的数据库进程（pid {pid}）无法停止',
    en: 'the database process (pid {pid}) of {folder} cannot be stopped',
  },
  START_FAILED: {
    zh: '数据库无法启动：{detail}（日志：{log}）',
    en: 'PostgreSQL does not start: {detail} (log: {log})',
  },
};

/** The database could not be started; the message says it in Chinese and in English. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly wording: Wording;

  constructor(
    readonly code: StartErrorCode,
    readonly params: Readonly<Record<string, string | number>>,
  ) {
    const wording = wordings[code];
    super(`${say(wording, 'zh', params)}\n${say(wording, 'en', params)}`);
    this.wording = wording;
  }
}

/**
 * The code of a failure of the operating system (`ENOENT`) or of PostgreSQL (`57P03`), or an empty string. Asked of the
 * shape and not with instanceof, because a test runner gives Node's own errors another Error class.
 */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** A failed write into the database folder in the office's words; anything else is given back as it is. */
export function writingFailed(error: unknown, folder: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StartError('DISK_FULL', { folder });
  if (['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new StartError('FOLDER_NOT_WRITABLE', { folder, detail: code });
  }
  return error;
}
