#!/bin/sh
# Installs the Debian package of `make dist` in a bare Debian system, a folder that debootstrap fills, where there is no Swift;
# checks its files, and fits, predicts and reports there. Needs root. The folder is kept for the next run.
set -eu
cd "$(dirname "$0")/.."
root=$PWD/.build/debian
package=$(echo .build/dist/*.deb)
[ "$(id -u)" = 0 ] || { echo "dist: debootstrap needs root" >&2; exit 1; }
[ -f "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root" >/dev/null

# A program reads its arguments from /proc.
mkdir -p "$root/proc"
mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT

inside() { chroot "$root" env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C.UTF-8 "$@"; }
cp "$package" "$root/ppl.deb"
inside apt-get update -qq
inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --reinstall /ppl.deb >/dev/null
! inside which swift

inside ppl --version
inside sh -c 'gzip -dc /usr/share/man/man1/ppl.1.gz | grep -q "SH COMMANDS"'
inside sh -c 'test -s /usr/share/bash-completion/completions/ppl && test -s /usr/share/doc/ppl/copyright'
inside rm -rf /run1
inside ppl fit gev-multiplicative --steps 300 --draws 100 --output /run1 --report | grep '^beta0'
inside ppl predict /run1 --year 2050 | grep -q 2050
inside test -s /run1/report.html
# Twenty launches, so that one slow one does not decide.
inside sh -c 'start=$(date +%s%N)
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do ppl --version >/dev/null; done
  echo "launch: $(( ($(date +%s%N) - start) / 20000000 )) ms"'
ls -l "$root/usr/bin/ppl"
echo "dist: the package installs and fits without Swift"
