import { say, type Wording } from '@jishi/errors';
import { systemCode } from '@jishi/embedded-postgres';

/** Why the broker cannot start, stable for programs. None of them touches the data. */
export type KafkaErrorCode =
  | 'NO_KAFKA'
  | 'JAVA_MISSING'
  | 'MAVEN_MISSING'
  | 'FETCH_FAILED'
  | 'ARTIFACT_ALTERED'
  | 'PORT_BUSY'
  | 'FOLDER_NOT_WRITABLE'
  | 'DISK_FULL'
  | 'OTHER_SHAPE'
  | 'ALREADY_SUPERVISED'
  | 'NOT_STOPPING'
  | 'START_FAILED';

const wordings: Record<KafkaErrorCode, Wording> = {
  NO_KAFKA: {
    zh: '没有可用的Kafka，任选其一即可：设置KAFKA_BROKERS指向现有集群；安装Java 17及以上和Maven；启动Docker；在Debian上以root运行以自动安装openjdk-17-jre-headless和maven（{detail}）',
    en: 'no Kafka to be had; any one of these will do: set KAFKA_BROKERS to a cluster; install Java 17 or newer and Maven; start Docker; run as root on Debian, where openjdk-17-jre-headless and maven are installed by themselves ({detail})',
  },
  JAVA_MISSING: {
    zh: '未找到Java 17及以上版本（{detail}）',
    en: 'there is no Java 17 or newer on the path ({detail})',
  },
  MAVEN_MISSING: {
    zh: '未找到Maven，无法下载Kafka {version}（{detail}）',
    en: 'there is no Maven on the path to fetch Kafka {version} with ({detail})',
  },
  FETCH_FAILED: {
    zh: '无法通过Maven下载Kafka {version}：{detail}',
    en: 'Maven cannot fetch Kafka {version}: {detail}',
  },
  ARTIFACT_ALTERED: {
    zh: '目录{folder}中的文件{name}与登记的sha256不符，拒绝使用；请删除该目录后重试',
    en: '{name} in {folder} is not the file whose sha256 is on record and is not used; delete the folder and start again',
  },
  PORT_BUSY: {
    zh: '连续多次选定的端口都被其他程序占用',
    en: 'every chosen port was taken by another program at once',
  },
  FOLDER_NOT_WRITABLE: {
    zh: '无法写入Kafka目录{folder}：{detail}',
    en: 'the folder {folder} of Kafka cannot be written: {detail}',
  },
  DISK_FULL: {
    zh: '磁盘空间不足，Kafka无法在{folder}启动；已有数据完好，请清理磁盘后重试',
    en: 'the disk is full, Kafka cannot start in {folder}; existing data is whole, free some space and start again',
  },
  OTHER_SHAPE: {
    zh: '目录{folder}中的集群有{found}个节点，而不是{wanted}个；未作任何改动，请换用其他目录或移走该目录',
    en: 'the cluster in {folder} has {found} nodes and not {wanted}; nothing was changed, use another folder or move this one away',
  },
  ALREADY_SUPERVISED: {
    zh: 'Kafka目录{folder}正由另一个进程（pid {pid}）使用，请先停止它',
    en: 'the folder {folder} of Kafka is in use by another process (pid {pid}); stop that one first',
  },
  NOT_STOPPING: {
    zh: '目录{folder}的Kafka进程（pid {pid}）无法停止',
    en: 'the Kafka process (pid {pid}) of {folder} cannot be stopped',
  },
  START_FAILED: {
    zh: 'Kafka无法启动：{detail}（日志：{log}）',
    en: 'Kafka does not start: {detail} (log: {log})',
  },
};

/** Kafka could not be started; the message says it in Chinese and in English. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  readonly wording: Wording;

  constructor(
    readonly code: KafkaErrorCode,
    readonly params: Readonly<Record<string, string | number>>,
  ) {
    const wording = wordings[code];
    super(`${say(wording, 'zh', params)}\n${say(wording, 'en', params)}`);
    this.wording = wording;
  }
}

/** A failed write into the broker's folder in the office's words; anything else is given back as it is. */
export function writingFailed(error: unknown, folder: string): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new KafkaError('DISK_FULL', { folder });
  if (['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code))
    return new KafkaError('FOLDER_NOT_WRITABLE', { folder, detail: code });
  return error;
}
