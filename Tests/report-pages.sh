#!/bin/bash
# Opens pages of reports in headless Chromium at 390 and 1280 pixels: fails where one scrolls sideways, or is 5 MB long.
#   Tests/report-pages.sh report.html…     pictures in $PICTURES, if that is set
set -euo pipefail

browser=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$browser" ]; then
  echo "report-pages: skipped, there is no Chromium (apt install chromium)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
for page in "$@"; do
  size=$(stat -c %s "$page")
  if [ "$size" -ge 5000000 ]; then
    echo "$page: $size bytes, but must be below 5,000,000"
    failed=1
  fi
  for width in 390 1280; do
    # The page in a frame of that width, since windows of Chromium have a least width of their own.
    frame="$folder/frame.html"
    cp "$page" "$folder/page.html"
    cat >"$frame" <<HTML
<!DOCTYPE html><body style="margin:0"><iframe id="f" src="page.html" style="width:${width}px;height:800px;border:0"></iframe>
<script>
document.getElementById('f').onload = () => {
  const d = document.getElementById('f').contentDocument.documentElement;
  const wide = [...d.querySelectorAll('body *')].filter(e => !e.closest('.box') && !e.closest('svg')
    && e.getBoundingClientRect().right > ${width} + 0.5).map(e => e.tagName + '.' + e.className).slice(0, 3);
  document.title = 'width ' + d.scrollWidth + ' of ' + d.clientWidth + ' ' + wide.join(' ');
};
</script>
HTML
    title=$("$browser" --headless --no-sandbox --disable-gpu --allow-file-access-from-files \
      --user-data-dir="$folder/profile" --window-size=1400,900 --virtual-time-budget=5000 --dump-dom "file://$frame" \
      2>/dev/null | grep -o '<title>width [^<]*' | head -1 || true)
    read -r _ found _ inner rest <<<"${title#<title>}"
    if [ -z "${found:-}" ] || [ "$found" -gt "$inner" ]; then
      echo "$page at $width pixels: ${title#<title>}; it scrolls sideways"
      failed=1
    else
      echo "$page at $width pixels: $found wide, $size bytes"
    fi
    if [ -n "${PICTURES:-}" ]; then
      mkdir -p "$PICTURES"
      cat >"$folder/picture.html" <<HTML
<!DOCTYPE html><body style="margin:0"><iframe src="page.html" style="width:${width}px;height:${HEIGHT:-6000}px;border:0"></iframe>
HTML
      "$browser" --headless --no-sandbox --disable-gpu --allow-file-access-from-files --hide-scrollbars \
        --user-data-dir="$folder/profile" --window-size="$width,${HEIGHT:-6000}" \
        --screenshot="$PICTURES/$(basename "$(dirname "$page")")-$width.png" "file://$folder/picture.html" >/dev/null 2>&1 || true
    fi
  done
done
exit $failed
