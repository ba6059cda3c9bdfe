#!/bin/sh
# Prints the events of a topic as they are, one line of JSON each (kcat 1.7, Debian: apt-get install kcat), and ends at the last one.
#   KAFKA_BROKERS=kafka:9092 sh kcat.sh jishi.members.member
set -eu
exec kcat -b "$KAFKA_BROKERS" -t "$1" -C -J -q -e -o beginning
