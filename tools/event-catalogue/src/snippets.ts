// The programs that the page shows. They are complete: copied as they are, they run.

export interface SnippetFor {
  /** host:port of one or more brokers. */
  readonly bootstrap: string;
  /** With prefix: `jishi.members.member`. */
  readonly topic: string;
  readonly group: string;
}

export interface Snippet {
  readonly name: 'kcat' | 'Python' | 'Java' | 'Node';
  /** Name under which the page tells to save it; none for what is typed into a shell. */
  readonly file?: string;
  /** What is typed once before, and to run it. */
  readonly prepare: string;
  readonly run: string;
  readonly code: string;
}

/** The four programs that read one topic. */
export const snippetsFor = (target: SnippetFor): readonly Snippet[] => [
  kcat(target),
  python(target),
  java(target),
  node(target),
];

const kcat = ({ bootstrap, topic, group }: SnippetFor): Snippet => ({
  name: 'kcat',
  prepare: 'apt-get install kcat',
  run: '',
  code: String.raw`# 看每个分区最近5条后结束；不加入消费组，不影响他人
kcat -b ${bootstrap} -C -t ${topic} -o -5 -e -q -Z \
  -f '分区%p 位点%o 键 %k\n%h\n%s\n\n'

# 以消费组读：从头开始，此后只读新的；Ctrl+C结束
kcat -b ${bootstrap} -q -u -Z -X auto.offset.reset=earliest \
  -f '分区%p 位点%o 键 %k\n%h\n%s\n\n' -G ${group} ${topic}
`,
});

const python = ({ bootstrap, topic, group }: SnippetFor): Snippet => ({
  name: 'Python',
  file: 'read_events.py',
  prepare: 'python3 -m venv venv && venv/bin/pip install confluent-kafka==2.16.1 cloudevents==2.2.0',
  run: 'venv/bin/python read_events.py',
  code: String.raw`import json

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from confluent_kafka import Consumer

consumer = Consumer({
    "bootstrap.servers": "${bootstrap}",
    "group.id": "${group}",
    "auto.offset.reset": "earliest",  # 新消费组从头读
    "enable.auto.commit": False,      # 处理完才提交
})
consumer.subscribe(["${topic}"])

# 键 -> 已处理的序号。正式使用时与处理结果存在同一个数据库事务里
applied = {}

try:
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            raise RuntimeError(message.error())
        key = message.key().decode()
        if message.value() is None:
            # 序号仍然记着：旧消息重来也不会恢复已删除的数据
            print("已删除", key, flush=True)
        else:
            event = from_binary_event(
                KafkaMessage(dict(message.headers()), message.key(), message.value())
            )
            version = int(event.get_extension("aggregateversion"))
            snapshot = event.get_extension("snapshot") == "true"
            known = applied.get(key, -1)
            if version > known or (snapshot and version == known):
                data = json.dumps(event.get_data(), ensure_ascii=False)
                print(event.get_type(), "第%d号" % version, data, flush=True)
                applied[key] = version
        consumer.commit(message, asynchronous=False)
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
`,
});

const java = ({ bootstrap, topic, group }: SnippetFor): Snippet => ({
  name: 'Java',
  file: 'ReadEvents.java',
  prepare: [
    'mvn -q dependency:copy -Dartifact=org.apache.kafka:kafka-clients:4.3.1 -DoutputDirectory=libs',
    'mvn -q dependency:copy -Dartifact=org.slf4j:slf4j-nop:1.7.36 -DoutputDirectory=libs',
    'mvn -q dependency:copy -Dartifact=org.slf4j:slf4j-api:1.7.36 -DoutputDirectory=libs',
  ].join('\n'),
  run: "java -cp 'libs/*' ReadEvents.java",
  code: String.raw`import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.serialization.StringDeserializer;

public class ReadEvents {
    public static void main(String[] args) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", "${bootstrap}");
        settings.put("group.id", "${group}");
        settings.put("auto.offset.reset", "earliest");   // 新消费组从头读
        settings.put("enable.auto.commit", "false");     // 处理完才提交
        // 键 -> 已处理的序号。正式使用时与处理结果存在同一个数据库事务里
        Map<String, Long> applied = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("${topic}"));
            while (true) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.value() == null) {
                        // 序号仍然记着：旧消息重来也不会恢复已删除的数据
                        System.out.println("已删除 " + record.key());
                        continue;
                    }
                    Map<String, String> event = new TreeMap<>();
                    record.headers().forEach(h -> event.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
                    long version = Long.parseLong(event.get("ce_aggregateversion"));
                    boolean snapshot = "true".equals(event.get("ce_snapshot"));
                    long known = applied.getOrDefault(record.key(), -1L);
                    if (version > known || (snapshot && version == known)) {
                        System.out.println(event.get("ce_type") + " 第" + version + "号 " + record.value());
                        applied.put(record.key(), version);
                    }
                }
                consumer.commitSync();
            }
        }
    }
}
`,
});

const node = ({ bootstrap, topic, group }: SnippetFor): Snippet => ({
  name: 'Node',
  file: 'read-events.mjs',
  prepare: 'npm install kafkajs@2.2.4',
  run: 'node read-events.mjs',
  code: String.raw`import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ brokers: '${bootstrap}'.split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: '${group}' });
await consumer.connect();
await consumer.subscribe({ topics: ['${topic}'], fromBeginning: true }); // 新消费组从头读

// 键 -> 已处理的序号。正式使用时与处理结果存在同一个数据库事务里
const applied = new Map();

await consumer.run({
  // 本函数正常返回后才提交位点
  eachMessage: async ({ message }) => {
    const key = message.key.toString();
    if (message.value === null) {
      // 序号仍然记着：旧消息重来也不会恢复已删除的数据
      console.log('已删除', key);
      return;
    }
    // 属性在消息头 ce_* 里，均为UTF-8文本
    const event = {};
    for (const [name, value] of Object.entries(message.headers))
      if (name.startsWith('ce_')) event[name.slice(3)] = value.toString();
    const version = Number(event.aggregateversion);
    const known = applied.get(key) ?? -1;
    if (version > known || (event.snapshot === 'true' && version === known)) {
      console.log(event.type, '第' + version + '号', JSON.parse(message.value.toString()));
      applied.set(key, version);
    }
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => consumer.disconnect());
`,
});
