#!/bin/sh
# Compiles a small program as a release build is compiled, and expects each of its mistakes on standard error.
#
# Swift's own `precondition` says nothing there, which no test of a debug build would notice.
set -eu
cd "$(dirname "$0")/.."
made=$PWD/.build/release-messages
mkdir -p "$made"
swiftc -O -swift-version 6 -package-name ppl -parse-as-library -emit-library -static -emit-module -module-name Preconditions \
  -emit-module-path "$made/Preconditions.swiftmodule" -o "$made/libPreconditions.a" Sources/Preconditions/*.swift
swiftc -O -swift-version 6 -I "$made" -o "$made/program" Tests/ReleaseMessages/main.swift "$made/libPreconditions.a"

expect() {  # argument, sentence
  if "$made/program" "$1" 2>"$made/stderr"; then
    echo "release-messages: \"$1\" did not end the program" >&2
    exit 1
  fi
  grep -qF "$2" "$made/stderr" || {
    echo "release-messages: \"$1\" should say \"$2\", but says:" >&2
    cat "$made/stderr" >&2
    exit 1
  }
}

expect require "the count is 0, but must be positive."
expect failed "there is no plate of this name."
expect mistake "subscript: 9 is outside axis 0 of shape [3]."
expect after "subscript: 9 is outside axis 0 of shape [3]. After that: the count is 0, but must be positive."
test "$("$made/program" caught)" = "subscript: 9 is outside axis 0 of shape [3]."
echo "release-messages: every mistake is told"
