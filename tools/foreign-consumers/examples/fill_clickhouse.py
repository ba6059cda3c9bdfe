"""Keeps a table of members in ClickHouse from the topic of members, and prints how many each branch has, by status.

    python fill_clickhouse.py --brokers kafka:9092 --topic jishi.members.member --group our-department.members --data ./clickhouse

ClickHouse runs inside this program (chdb-core); with a server of your own only `Session` becomes a client, the SQL stays.

What makes the table right:
 - an event may come twice, and an old one may come late: what counts is the highest `aggregateversion` of a member, never what
   came last (argMax); the same delivery twice is one row (ReplacingMergeTree) or counts as one (argMax);
 - an event says only what changed: each column takes the latest event that says something of it;
 - a snapshot (`snapshot` = true) says again how a member is now; with it a reader is right although the oldest events are no
   longer kept. It carries the version whose state it shows, so it needs no treatment of its own.
"""

import argparse
import json

from chdb.session import Session
from jishi_events import open_consumer, read

TABLE = """
CREATE TABLE IF NOT EXISTS member_event (
    member_id   String,
    version     UInt64,
    type        LowCardinality(String),
    snapshot    Bool,
    said_at     DateTime64(3, 'UTC'),
    org_id      Nullable(String),
    status      Nullable(String)
) ENGINE = ReplacingMergeTree ORDER BY (member_id, version, type)
"""

TOTALS = """
SELECT org_id, status, count() AS members
FROM (
    SELECT member_id, argMaxIf(org_id, version, org_id IS NOT NULL) AS org_id, argMaxIf(status, version, status IS NOT NULL) AS status
    FROM member_event GROUP BY member_id
)
WHERE status IN ('PROBATIONARY', 'FULL', 'SUSPENDED')
GROUP BY org_id, status ORDER BY org_id, status
"""

# What each event says of a member's branch and status; None where it says nothing of it.
STATUS = {
    "members.member.confirmed.v1": "FULL",
    "members.member.suspended.v1": "SUSPENDED",
    "members.member.restored.v1": "FULL",
}


def row_of(event) -> dict | None:
    """The row of one event; None for types that this table has no use for."""
    type_, data = event.get_type(), event.get_data()
    if data is None:
        return None
    if type_ == "members.member.recorded.v1":
        org_id, status = data["orgId"], data["status"]
    elif type_ == "members.member.left.v1":
        org_id, status = data["orgId"], data["reasonClass"]
    elif type_ == "members.member.transferred.v1":
        # Without a new branch the member has left the city, which its `left` event has said.
        org_id, status = data["toOrgId"], None
    elif type_ in STATUS:
        org_id, status = data["orgId"], STATUS[type_]
    else:
        return None
    return {
        "member_id": event.get_extension("partitionkey"),
        "version": int(event.get_extension("aggregateversion")),
        "type": type_,
        "snapshot": event.get_extension("snapshot") == "true",
        "said_at": event.get_time().isoformat(timespec="milliseconds"),
        "org_id": org_id,
        "status": status,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--data", required=True, help="the folder of ClickHouse's tables")
    wanted = parser.parse_args()
    clickhouse = Session(wanted.data)
    clickhouse.query("CREATE DATABASE IF NOT EXISTS jishi")
    clickhouse.query("USE jishi")
    clickhouse.query(TABLE)
    consumer = open_consumer(wanted.brokers, wanted.group)
    events, snapshots = 0, 0
    try:
        for batch in read(consumer, wanted.topic, to_the_end=True):
            rows = [row for row in map(row_of, batch) if row is not None]
            events, snapshots = events + len(batch), snapshots + sum(row["snapshot"] for row in rows)
            if rows:
                lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
                # Stored before the place moves: after a failure the batch comes again, and counts once all the same.
                clickhouse.query(
                    f"INSERT INTO member_event SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow\n{lines}"
                )
    finally:
        consumer.close()
    totals = [json.loads(line) for line in str(clickhouse.query(TOTALS, "JSONEachRow")).splitlines() if line]
    print(json.dumps({"events": events, "snapshots": snapshots, "totals": totals}, ensure_ascii=False))


if __name__ == "__main__":
    main()
