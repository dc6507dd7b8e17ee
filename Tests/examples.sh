#!/bin/sh
# Builds, tests and runs the packages of Examples as a stranger would, then one that `ppl new plugin` writes.
#
# They share a scratch folder beside the package's own, as links.sh does: what they depend on is the same, and is compiled
# once, without debug information. A plan that is kept there is not used: it would be that of another package.
set -eu
cd "$(dirname "$0")/.."
scratch=$PWD/.build/examples
flags="--disable-build-manifest-caching -debug-info-format none --quiet"

check() {  # package, plugin
  # shellcheck disable=SC2086
  swift test --package-path "$1" --scratch-path "$scratch" $flags --disable-xctest
  table=$("$scratch/debug/$2" fit "$2")
  echo "$table"
  echo "$table" | grep -q '^theta\[7\] '
  # A program without LSEF is free of the GPL of FFTW, which that with LSEF links.
  if ldd "$scratch/debug/$2" | grep fftw; then exit 1; fi
}

check Examples/EightSchools eight-schools

swift build --product ppl --quiet
ldd .build/debug/ppl | grep -q fftw
made=$PWD/.build/made
rm -rf "$made"
.build/debug/ppl new plugin river-levels --path "$made"
check "$made/river-levels" river-levels
