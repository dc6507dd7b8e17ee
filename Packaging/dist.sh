#!/bin/sh
# A program on PPL for machines without Swift, as a tarball and a Debian package: dist.sh [PRODUCT], in the package's folder.
#
# The Swift libraries are linked statically; the C libraries are those of Debian, on which the package depends by name. Into
# .build/dist, which SCRATCH and OUT change. Equal sources give equal archives: dates are those of the last commit.
set -eu
packaging=$(cd "$(dirname "$0")" && pwd)
product=${1:-ppl}
scratch=${SCRATCH:-.build/static}
out=${OUT:-.build/dist}
for tool in dpkg-shlibdeps dpkg-deb; do
  command -v $tool >/dev/null || { echo "dist: $tool is missing; install dpkg-dev" >&2; exit 1; }
done

swift build -c release --product "$product" --static-swift-stdlib --scratch-path "$scratch"
program=$scratch/release/$product
version=$("$program" --version)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH

# What is installed below a prefix.
name=$product-$version
rm -rf "$out"
stage=$out/$name
mkdir -p "$stage/bin" "$stage/share/man/man1" "$stage/share/doc/$product" \
  "$stage/share/bash-completion/completions" "$stage/share/zsh/vendor-completions" \
  "$stage/share/fish/vendor_completions.d"
strip --strip-all -o "$stage/bin/$product" "$program"
"$packaging/manual.py" "$program" | gzip -9n >"$stage/share/man/man1/$product.1.gz"
for shell in bash zsh fish; do
  "$program" --generate-completion-script $shell >"$out/$shell"
done
mv "$out/bash" "$stage/share/bash-completion/completions/$product"
mv "$out/zsh" "$stage/share/zsh/vendor-completions/_$product"
mv "$out/fish" "$stage/share/fish/vendor_completions.d/$product.fish"
cp "$packaging/copyright" "$stage/share/doc/$product/copyright"
for file in README.md LICENSE CHANGELOG.md; do
  [ ! -f $file ] || cp $file "$stage/share/doc/$product/"
done
chmod -R u=rwX,go=rX "$stage"
# The dependencies, by the shared libraries that the program links.
control=$(mktemp -d)
trap 'rm -rf "$control"' EXIT
mkdir "$control/debian"
printf 'Source: %s\n\nPackage: %s\nArchitecture: any\n' "$product" "$product" >"$control/debian/control"
absolute=$(cd "$stage" && pwd)
depends=$(cd "$control" && dpkg-shlibdeps -O "$absolute/bin/$product" 2>/dev/null |
  sed 's/^shlibs:Depends=//')

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@"$SOURCE_DATE_EPOCH" \
  -C "$out" -czf "$out/$name-linux-$architecture.tar.gz" "$name"

package=$out/package
mkdir -p "$package/DEBIAN"
cp -R "$stage" "$package/usr"
cat >"$package/DEBIAN/control" <<END
Package: $product
Version: $version
Architecture: $architecture
Section: science
Priority: optional
Maintainer: The authors of $product <root@localhost>
Installed-Size: $(du -sk "$stage" | cut -f1)
Depends: $depends
Recommends: gnuplot-nox, gmt-gshhg-low
Suggests: chromium
Description: Bayesian models from the command line
 Spatial extremes, ensemble data assimilation and models of one's own, fitted by Markov chains
 or by variational inference, with diagnostics, predictions, figures and reports.
END
dpkg-deb --root-owner-group --build "$package" "$out/${product}_${version}_$architecture.deb" >/dev/null
rm -rf "$package"
ls -l "$out"/*.tar.gz "$out"/*.deb "$stage/bin/$product"
