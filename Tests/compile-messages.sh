#!/bin/sh
# What the compiler says to mistakes that people make: each snippet must fail with the sentence beside it.
#
# The modules of the last debug build are used; `swift build` makes them. A snippet is given the imports and put in a
# file of its own: its first error is compared, so that a right sentence after a misleading one does not count.
set -eu
cd "$(dirname "$0")/.."
modules=$PWD/.build/debug
[ -e "$modules/Modules/Inference.swiftmodule" ] || swift build --target Inference --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-swift-version 6 -typecheck -I $modules/Modules -I Sources/COpenBLAS -I Sources/CLAPACKE -Xcc -ISources/CNumerics/include"
for map in "$modules/CNumerics.build/module.modulemap" \
  "$modules/CDistributions.build/module.modulemap" \
  .build/checkouts/swift-numerics/Sources/_NumericsShims/include/module.modulemap; do
  flags="$flags -Xcc -fmodule-map-file=$map"
done

# The snippets are written first, and compiled at the end, as many at once as there are cores.
count=0
snippet() {  # sentence, empty for none; the snippet on standard input
  count=$((count + 1))
  { echo 'import Distributions'; echo 'import Inference'; echo 'import PPL'; cat; } >"$work/$count.swift"
  printf '%s' "$1" >"$work/$count.sentence"
}
refuses() { snippet "$1"; }
compiles() { snippet ''; }

compiles <<'END'
func indices(_ z: Tensor, t: Int) -> Tensor { 2 * z[0][1] + z[1, .all] / 3 - z[t] * z[-1] + z[.all, 2] + z[0, 1] }
let model = Model { p in
  let z = p.plate("step", 3) { p in p.sample("z", Normal(0, 1)) }
  for t in 0..<3 { p.sample("y\(t)", Normal(2 * z[t] + 1, 1)) }
}
END

refuses 'write .at(i) for an index that is an Int: x[.at(i), .all]' <<'END'
func row(_ z: Tensor, _ t: Int) -> Tensor { z[t, .all] }
END
refuses 'write .at(i) for an index that is an Int: x[.all, .at(i)]' <<'END'
func column(_ z: Tensor, _ t: Int) -> Tensor { z[.all, t] }
END
refuses 'write .at(i) for an index that is an Int: x[.at(i), .at(j)]' <<'END'
func element(_ z: Tensor, _ i: Int, _ j: Int) -> Tensor { z[i, j] }
END

number='a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int'
refuses "$number" <<'END'
func scaled(_ z: Tensor, by s: Double) -> Tensor { s * z }
END
refuses "$number" <<'END'
func shifted(_ z: Tensor, by s: Double) -> Tensor { exp(z) + s }
END
refuses "$number" <<'END'
func mean(_ z: Tensor) -> Tensor { z.sum() / z.count }
END
refuses "$number" <<'END'
func shifted(_ z: inout Tensor, by s: Double) { z += s }
END
refuses "$number" <<'END'
let scale = 2.5
let svi = SVI(
  Model { p in
    let a = p.sample("a", Normal(0, 1))
    let b = scale * a
    p.sample("y", Normal(b, 1), observed: 1)
  }, guide: Model { _ in }, optimizer: Adam(learningRate: 0.1))
END
refuses "cannot convert value of type 'Double' to expected argument type 'Tensor'" <<'END'
let deviation = 2.5
let normal = Normal(0, deviation)
END

for label in subsample subsample_size; do
  refuses 'the label is subsampleSize: p.plate("row", 10_000, subsampleSize: 100) { p, rows in … }' <<END
let y = Tensor.zeros([100])
let model = Model { p in
  let mean = p.sample("mean", Normal(0, 1))
  p.plate("n", 100, $label: 10) { p, rows in p.sample("y", Normal(mean, 1), observed: rows.taken(from: y)) }
}
END
  refuses 'the label is subsampleSize: p.plate("row", 10_000, subsampleSize: 100) { p, rows in … }' <<END
let model = Model { p in
  let mean = p.sample("mean", Normal(0, 1))
  p.plate("n", 100, $label: 10) { p in p.sample("y", Normal(mean, 1)) }
}
END
done
compiles <<'END'
let y = Tensor.zeros([100])
let model = Model { p in
  let mean = p.sample("mean", Normal(0, 1))
  p.plate("n", 100, subsampleSize: 10) { p, rows in p.sample("y", Normal(mean, 1), observed: rows.taken(from: y)) }
  p.plate("m", 100, subsampleSize: 10) { p in p.sample("z", Normal(mean, 1)) }
}
END

refuses 'a guide takes a model, not a closure: AutoNormal(Model { p in … })' <<'END'
let guide = AutoNormal { p in
  let a = p.sample("a", Normal(0, 1))
  p.sample("y", Normal(a, 1), observed: 1)
}
END
refuses 'a guide takes a model, not a closure: AutoNormal(Model { p in … })' <<'END'
let body = { (p: inout Context) in _ = p.sample("a", Normal(0, 1)) }
let guide = AutoMultivariateNormal(body)
END
refuses 'SVI takes a model, not a closure: SVI(Model { p in … }, guide: …)' <<'END'
func model(_ p: inout Context) { _ = p.sample("a", Normal(0, 1)) }
let svi = SVI(model, guide: Model { _ in }, optimizer: Adam(learningRate: 0.1))
END
refuses 'LogJoint takes a model, not a closure: LogJoint(Model { p in … })' <<'END'
let density = try LogJoint { p in p.sample("a", Normal(0, 1)) }
END

# The compiler's own sentences, in the words that the page for those who come from NumPyro explains.
refuses "in a '@Sendable' closure" <<'END'
func regression(_ link: @escaping (Tensor) -> Tensor) -> Model<Void> {
  Model { p in _ = p.sample("y", Normal(link(p.sample("a", Normal(0, 1))), 1)) }
}
END
refuses "capture of 'store' with non-Sendable type 'Store' in a '@Sendable' closure" <<'END'
final class Store { var values: [Double] = [] }
func reading(_ store: Store) -> Model<Void> {
  Model { p in _ = p.sample("y", Normal(Tensor(store.values[0]), 1)) }
}
END
refuses "passing non-Sendable parameter 'body' to function expecting a '@Sendable' closure" <<'END'
func model(_ body: @escaping (inout Context) -> Void) -> Model<Void> { Model(body) }
END
refuses "mutation of captured var 'runs' in concurrently-executing code" <<'END'
func counted() -> Model<Void> {
  var runs = 0
  return Model { p in
    runs += 1
    _ = p.sample("y", Normal(0, 1))
  }
}
END
refuses "value of type 'Context' has no member 'smaple'" <<'END'
let model = Model { p in
  let a = p.smaple("a", Normal(0, 1))
  p.sample("y", Normal(a, 1), observed: 1)
}
END

find "$work" -name '*.swift' | xargs -P "$(nproc)" -I{} sh -c \
  "swiftc $flags {} 2>&1 | sed -n 's/^[^ |]*: error: //p' | head -1 >{}.error"
failures=0
for number in $(seq "$count"); do
  sentence=$(cat "$work/$number.sentence")
  found=$(cat "$work/$number.swift.error")
  case $found in
  '') [ -n "$sentence" ] || continue ;;
  *"$sentence"*) [ -z "$sentence" ] || continue ;;
  esac
  failures=$((failures + 1))
  printf 'expected: %s\nfound:    %s\nin:\n' "${sentence:-no error}" "${found:-no error}"
  sed 's/^/  /' "$work/$number.swift"
done
[ "$failures" -eq 0 ] || { echo "compile-messages: $failures of the snippets failed"; exit 1; }
echo "compile-messages: every snippet has its sentence"
