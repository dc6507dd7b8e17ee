#!/bin/sh
# Builds and runs the benchmarks: run.sh [--peer] [options], see README.md.
set -e
cd "$(dirname "$0")"
swift build -c release --product benchmarks
if [ "$1" = --peer ]; then
  shift
  exec python3 peers/run_peers.py "$@"
fi
exec .build/release/benchmarks "$@"
