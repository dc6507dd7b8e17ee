#!/usr/bin/env bash
# Runs `swift test` with the arguments that it is given, and says at the end what was skipped and why.
#
# Skipped suites and tests report their reason themselves; it is counted here.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift test "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# ➜ Suite RealRecordsTests skipped: "the Spanish data are not in …; skipped"
sed -n -E 's/^(\x1b\[[0-9;]*m)*➜(\x1b\[[0-9;]*m)* (Suite|Test) .* skipped(: "(.*)"|\.)$/\3\t\5/p' "$log" \
  | sed 's/; skipped$//' | sort | uniq -c | while IFS=$'\t' read -r counted reason; do
    read -r count kind <<<"$counted"
    kind=$(tr '[:upper:]' '[:lower:]' <<<"$kind")
    if [ "$count" = 1 ]; then what="1 $kind was"; else what="$count ${kind}s were"; fi
    echo "$what skipped: ${reason:-a trait without a comment}"
  done
exit "$status"
