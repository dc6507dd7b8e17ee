#!/bin/sh
# Builds, tests and runs the packages of Examples as a stranger would, then one that `ppl new plugin` writes.
#
# They share a scratch folder beside the package's own, as links.sh does: what they depend on is the same, and is compiled
# once, without debug information. A plan that is kept there is not used: it would be that of another package.
set -eu
cd "$(dirname "$0")/.."
scratch=$PWD/.build/examples
flags="--disable-build-manifest-caching -debug-info-format none --quiet"

check() {  # package, program, what its table has, arguments
  package=$1
  program=$scratch/debug/$2
  line=$3
  shift 3
  # shellcheck disable=SC2086
  swift test --package-path "$package" --scratch-path "$scratch" $flags --disable-xctest
  table=$("$program" "$@")
  echo "$table"
  echo "$table" | grep -q "$line"
  # A program without LSEF is free of the GPL of FFTW, which that with LSEF links.
  if ldd "$program" | grep fftw; then exit 1; fi
}

check Examples/EightSchools eight-schools '^theta\[7\] ' fit eight-schools

# A term of the GEV family in a package of its own: its fit, and its predictions from the folder of the fit.
fitted=$PWD/.build/fitted
rm -rf "$fitted"
check Examples/ExtremesCycle extremes-cycle '^cycle_a ' \
  fit gev-cycle --period 11 --steps 100 --draws 50 --output "$fitted"
"$program" predict "$fitted" --year 2030 --period 25,100

swift build --product ppl --quiet
ldd .build/debug/ppl | grep -q fftw
made=$PWD/.build/made
rm -rf "$made"
.build/debug/ppl new plugin river-levels --path "$made"
check "$made/river-levels" river-levels '^theta\[7\] ' fit river-levels
