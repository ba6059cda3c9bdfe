"""Reads events of the platform from Kafka, as CloudEvents. What both examples share; copy it beside yours."""

import json
from collections.abc import Iterator

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from confluent_kafka import Consumer, KafkaError, KafkaException, Message


def open_consumer(brokers: str, group: str) -> Consumer:
    """A member of a group. The group's name is yours: it keeps your place, and every group gets every event."""
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            # A new group begins with the oldest event that is kept.
            "auto.offset.reset": "earliest",
            # The place moves when an event has been dealt with (consumer.commit), not when it has been received.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )


def decode(message: Message) -> BaseCloudEvent:
    """The event in a record: attributes from the ce_* headers, the record's key as partitionkey, JSON data; None is a tombstone."""
    headers = {name: value or b"" for name, value in message.headers() or []}
    return from_binary_event(KafkaMessage(headers=headers, key=message.key(), value=message.value()))


def read(consumer: Consumer, topic: str, to_the_end: bool, batch: int = 1000) -> Iterator[list[BaseCloudEvent]]:
    """Gives events in batches; the place moves when the next batch is asked for. Ends at the end of all partitions if told so."""
    consumer.subscribe([topic])
    at_end: set[int] = set()
    while True:
        messages = consumer.consume(batch, timeout=1.0)
        for message in messages:
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            (at_end.add if error is not None else at_end.discard)(message.partition())
        records = [message for message in messages if message.error() is None]
        if records:
            yield [decode(message) for message in records]
            consumer.commit(asynchronous=False)
        assigned = {partition.partition for partition in consumer.assignment()}
        if to_the_end and assigned and at_end >= assigned:
            return


def as_line(event: BaseCloudEvent) -> str:
    """An event as one line of JSON, in the structured form of CloudEvents."""
    attributes = {name: value.isoformat() if name == "time" else value for name, value in event.get_attributes().items()}
    return json.dumps({**attributes, "data": event.get_data()}, ensure_ascii=False)
