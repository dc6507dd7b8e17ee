#!/bin/bash
# Kills fits and an experiment at random moments, resumes them until they are finished, and compares what they leave, bit by
# bit, with what an uninterrupted run leaves: Tests/kill.sh [KILLS [SEED]]
#
# A kill is -9; beside them each command is ended once by TERM and once by HUP. After each kill the checkpoint or the journal
# must be at least as far as before, and no older than the checkpoint interval, or than a piece of an experiment.
#
# PPL names the program, .build/release/ppl if it is not set; SIZE divides the work, for a debug build.
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-50}
RANDOM=${2:-1}
program=${PPL:-.build/release/ppl}
size=${SIZE:-1}
interval=0.2
# Beyond the interval, in seconds: a step, the writing of a checkpoint, and a machine that is busy with other things.
slack=$(awk -v cores="$(nproc)" '{ print 1.5 * ($1 > cores ? $1 / cores : 1) }' /proc/loadavg)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "kill.sh: $*" >&2; exit 1; }
now() { date +%s.%N; }
calculate() { awk "BEGIN { printf \"%.3f\", ($1) }"; }
holds() { awk "BEGIN { exit !($1) }"; }

command_line() {  # name, folder, further flags
  local name=$1 folder=$2
  shift 2
  case $name in
    fit) echo "fit gev-multiplicative --steps $((20000 / size)) --draws 50" ;;
    spectrum)
      echo "fit lsef-spectrum --preset circle --replicates $((400 / size)) --epochs 40" \
        "--validation-fraction 0.1 --threads 2" ;;
    cycle)
      echo "run lsef-cycle --worlds $((12 / size + 1)) --cycles $((160 / size)) --climate-cycles 500 --threads 2" ;;
  esac
  echo "--quiet --output $folder --checkpoint-interval $interval $*"
}

start() {  # name, folder: goes on with what is there, in the background; its process is $process
  local flags=
  if [ -e "$2/checkpoint.json" ] || [ -e "$2/journal.jsonl" ]; then flags=--resume; fi
  # Where this script was started by `nohup`, the program would ignore SIGHUP as well.
  # shellcheck disable=SC2046
  env --default-signal=HUP $program $(command_line "$1" "$2" $flags) 2>"$work/errors" &
  process=$!
  started=$(now)
}

# How far a run is kept: a number that must not fall.
kept() {
  if [ -e "$1/journal.jsonl" ]; then
    grep -c '}$' "$1/journal.jsonl" || true
  elif [ -e "$1/checkpoint.json" ]; then
    sed -n 's/^ *"steps\{0,1\}" : \([0-9]*\),\{0,1\}$/\1/p' "$1/checkpoint.json" | sort -n | tail -1
  else
    echo 0
  fi
}

compare() {  # name, folder
  local file
  for file in "$work/$1-whole"/*; do
    file=$(basename "$file")
    case $file in
      run.json | results.json | journal.jsonl)
        # Times differ; pieces are kept in the order in which they finish.
        cmp -s <(grep -vE '"(seconds|date)"' "$work/$1-whole/$file" | sort) \
          <(grep -vE '"(seconds|date)"' "$2/$file" | sort) || fail "$1: $file differs from that of one run" ;;
      # The printed report tells its times and whether it was resumed; its numbers are those of results.json.
      summary.txt) ;;
      *) cmp -s "$work/$1-whole/$file" "$2/$file" || fail "$1: $file differs from that of one run" ;;
    esac
  done
  [ "$(ls -A "$work/$1-whole")" = "$(ls -A "$2")" ] || fail "$1: files are left over: $(ls -A "$2")"
}

finish() {  # name, folder
  start "$1" "$2"
  # A run that was ended after its last file was written has nothing left to do, and says so.
  wait $process || fail "$1: resuming ended with $(cat "$work/errors")"
  compare "$1" "$2"
  rm -rf "$2"
  finished=$((finished + 1))
}

# Ends a run by a signal at a random moment. Its status is $status.
end_at_random() {  # name, folder, signal
  start "$1" "$2"
  sleep "$(calculate "$whole_time * $RANDOM / 32768")"
  ended=$(now)
  kill -"$3" $process 2>/dev/null || true
  status=0
  wait $process 2>/dev/null || status=$?
}

total=0
finished=0
longest=0
for name in fit spectrum cycle; do
  began=$(now)
  # shellcheck disable=SC2046
  $program $(command_line $name "$work/$name-whole")
  whole_time=$(calculate "$(now) - $began")
  # An experiment keeps whole pieces, two at a time: twice the mean duration of one.
  piece=0
  if [ -e "$work/$name-whole/journal.jsonl" ]; then
    piece=$(calculate "4 * $whole_time / $(wc -l <"$work/$name-whole/journal.jsonl")")
  fi
  folder=$work/$name
  before=0
  lost=0
  for ((kill = 0; kill < (kills + 2) / 3; kill++)); do
    end_at_random $name "$folder" KILL
    if [ $status != 137 ]; then
      [ $status = 0 ] || fail "$name: $(cat "$work/errors")"
      compare $name "$folder"
      rm -rf "$folder"
      finished=$((finished + 1)) before=0 kill=$((kill - 1))
      continue
    fi
    total=$((total + 1))
    after=$(kept "$folder")
    [ "${after:-0}" -ge "$before" ] || fail "$name: at $after after a kill, and was at $before"
    before=${after:-0}
    for file in checkpoint.json journal.jsonl; do
      [ -e "$folder/$file" ] || continue
      written=$(stat -c %.9Y "$folder/$file")
      # Before its first checkpoint a run reads its data and records its first step.
      holds "$written > $started" || continue
      lost=$(calculate "$ended - $written > $lost ? $ended - $written : $lost")
      holds "$ended - $written < $interval + $slack + $piece" \
        || fail "$name: $file was last written $(calculate "$ended - $written") s before the kill"
    done
  done
  finish $name "$folder"
  for signal in TERM:143 HUP:129; do
    end_at_random $name "$folder" ${signal%:*}
    # The signal can come before it is listened to, or after the run has ended.
    case $status in 0 | ${signal#*:}) ;; *) fail "$name: ${signal%:*} ended it with $status" ;; esac
    finish $name "$folder"
  done
  echo "$name: $(((kills + 2) / 3)) kills in a run of $whole_time s; at most $lost s lost"
  longest=$(calculate "$lost > $longest ? $lost : $longest")
done
echo "$total kills, $finished runs finished with the bits of one run; at most $longest s lost," \
  "at an interval of $interval s"
