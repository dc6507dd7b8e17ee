#!/usr/bin/env bash
# Builds the documentation of every public module into one archive: make docs.
#
# A warning of DocC is an error: a link that leads nowhere, a parameter that is not described.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/docs
rm -rf "$out" && mkdir -p "$out"

swift package dump-symbol-graph --minimum-access-level public >/dev/null
graphs=$(find .build -type d -name symbolgraph | head -1)

for catalog in Sources/*/*.docc Sources/Plugins/*/*.docc Sources/Plugins/*/*/*.docc; do
  module=$(basename "$catalog" .docc)
  mkdir -p "$out/graphs/$module"
  cp "$graphs/$module.symbols.json" "$graphs/$module"@*.symbols.json "$out/graphs/$module" 2>/dev/null || true
  docc convert "$catalog" --additional-symbol-graph-dir "$out/graphs/$module" \
    --fallback-display-name "$module" --fallback-bundle-identifier "ppl.$module" \
    --warnings-as-errors --output-path "$out/$module.doccarchive"
done

docc merge "$out"/*.doccarchive --synthesized-landing-page-name PPL --output-path "$out/PPL.doccarchive.all"
mv "$out/PPL.doccarchive.all" "$out/Documentation.doccarchive"
echo "$out/Documentation.doccarchive"
