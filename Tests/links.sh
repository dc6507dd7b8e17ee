#!/bin/sh
# Builds a program on `PPL` and `Tables`, and looks at what it links: no OpenSSL, no FFTW, no argument parser. Runs the tests
# beside it, which put a family and a kernel of their own to the contract of `PPLTestKit`.
#
# It shares the scratch folder and the flags of examples.sh, where the libraries are compiled already.
set -eu
cd "$(dirname "$0")/.."
scratch=$PWD/.build/examples
flags="--disable-build-manifest-caching -debug-info-format none --quiet"
# shellcheck disable=SC2086
swift build --package-path Tests/ModelLibrary --scratch-path "$scratch" $flags
program=$scratch/debug/ModelLibraryProgram

"$program" | grep -q '^[0-9.][0-9.]*$' || {
  echo "links: the program does not run" >&2
  exit 1
}
# The libraries of models are linked in, so that what is looked for would be seen.
nm "$program" | grep -q '6Tables8CSVTableV' && ldd "$program" | grep -q 'openblas\|libblas' || {
  echo "links: the program has not the libraries of models" >&2
  exit 1
}
if ldd "$program" | grep 'libcrypto\|fftw' || nm "$program" | grep -m 1 'ArgumentParser'; then
  echo "links: a program on PPL and Tables alone links these" >&2
  exit 1
fi
# shellcheck disable=SC2086
swift test --package-path Tests/ModelLibrary --scratch-path "$scratch" $flags --disable-xctest
echo "links: a program on PPL and Tables links neither OpenSSL nor FFTW nor the argument parser"
