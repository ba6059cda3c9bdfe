#!/bin/sh
# Installs what a Kafka without Docker needs on Debian: Java 17 and Maven. Run as root; does nothing when both are there.
set -eu
if command -v java >/dev/null && command -v mvn >/dev/null; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q install --yes --no-install-recommends openjdk-17-jre-headless maven
