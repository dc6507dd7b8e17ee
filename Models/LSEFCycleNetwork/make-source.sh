#!/bin/sh
# Turns a network that `ppl fit lsef-spectrum --output DIR` left into Weights.swift: make-source.sh DIR
set -e
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
files=$(ls weights.json ./*.f64 | sed 's|^\./||')
{
  echo "// Made by make-source.sh. The files of the network, as base64."
  echo "extension LSEFCycleNetwork {"
  echo "  /// By their names."
  echo "  public static let files: [String: String] = ["
  for file in $files; do
    printf '    "%s":\n      "' "$file"
    base64 -w 0 "$file"
    printf '",\n'
  done
  echo "  ]"
  echo "}"
} >"$here/Weights.swift"
