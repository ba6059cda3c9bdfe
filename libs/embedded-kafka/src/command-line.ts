import { spawn } from 'node:child_process';
import { artifacts, defaultCache } from './artifacts';

/** What a program said and how it ended. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Kafka's own command line programs, by the names of their scripts in Kafka's distribution. */
export const commandLine = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
} as const;

/** Runs one of them from the jars of the broker, to its end; `input` goes to its standard input. */
export async function kafkaCommand(
  name: keyof typeof commandLine,
  args: readonly string[],
  { input = '', cache = defaultCache() }: { readonly input?: string; readonly cache?: string } = {},
): Promise<Said> {
  const classPath = await artifacts(cache, () => undefined);
  const quick = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  return new Promise((resolve, reject) => {
    const child = spawn('java', [...quick, '-cp', classPath, commandLine[name], ...args]);
    let [out, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (error += piece));
    child.on('error', reject);
    // A program that ends before it read everything is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.on('close', (code) => resolve({ code, out, error }));
    child.stdin.end(input);
  });
}
