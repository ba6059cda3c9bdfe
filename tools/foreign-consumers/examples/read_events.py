"""Prints the events of a topic, one line of JSON each.

    python read_events.py --brokers kafka:9092 --topic jishi.members.member --group our-department.reading [--to-the-end]
"""

import argparse

from jishi_events import as_line, open_consumer, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--to-the-end", action="store_true", help="end where the topic ends now")
    wanted = parser.parse_args()
    consumer = open_consumer(wanted.brokers, wanted.group)
    try:
        for events in read(consumer, wanted.topic, wanted.to_the_end):
            for event in events:
                print(as_line(event), flush=True)
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
