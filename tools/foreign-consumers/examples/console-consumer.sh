#!/bin/sh
# Prints the events of a topic with Kafka's own program (bin/kafka-console-consumer.sh of Kafka 4), and ends when none comes for ten
# seconds: partition, headers, key and value, parted by tabs.
#   KAFKA_BROKERS=kafka:9092 sh console-consumer.sh jishi.members.member
set -eu
exec "${KAFKA_CONSOLE_CONSUMER:-kafka-console-consumer.sh}" --bootstrap-server "$KAFKA_BROKERS" --topic "$1" \
  --from-beginning --timeout-ms 10000 --command-property group.protocol=consumer \
  --formatter-property print.partition=true --formatter-property print.headers=true --formatter-property print.key=true
