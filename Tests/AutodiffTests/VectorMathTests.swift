import Foundation
import Testing

@testable import Autodiff

/// The elementary functions of tensors against those of the C library, which are within 1 ulp of the truth.
struct VectorMathTests {
  /// A function of tensors, the library's, and how far apart the two may be in units in the last place: what
  /// `vector_math.h` states, the library's own error, and an ulp more on processors without fused multiply-add.
  struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    let tolerance: Double
    let tensor: @Sendable (Tensor) -> Tensor
    let scalar: @Sendable (Double) -> Double
    var testDescription: String { name }
  }

  static let pairs = [
    Pair(name: "exp", tolerance: 4, tensor: { exp($0) }, scalar: { Foundation.exp($0) }),
    Pair(name: "log", tolerance: 3, tensor: { log($0) }, scalar: { Foundation.log($0) }),
    Pair(
      name: "log1pSquare", tolerance: 4, tensor: { log1pSquare($0) },
      scalar: { abs($0) < 1e100 ? Foundation.log1p($0 * $0) : 2 * Foundation.log(abs($0)) }),
    Pair(name: "log1p", tolerance: 4, tensor: { log1p($0) }, scalar: { Foundation.log1p($0) }),
    Pair(name: "expm1", tolerance: 4, tensor: { expm1($0) }, scalar: { Foundation.expm1($0) }),
    Pair(name: "tanh", tolerance: 5, tensor: { tanh($0) }, scalar: { Foundation.tanh($0) }),
    // The scalar formulas round twice or three times themselves.
    Pair(name: "sigmoid", tolerance: 7, tensor: { sigmoid($0) }) {
      let e = Foundation.exp(-Swift.abs($0))
      return ($0 >= 0 ? 1 : e) / (1 + e)
    },
    Pair(name: "softplus", tolerance: 8, tensor: { softplus($0) }) {
      max($0, 0) + Foundation.log1p(Foundation.exp(-Swift.abs($0)))
    },
    Pair(name: "erfInverse", tolerance: 3, tensor: { erfInverse($0) }, scalar: newtonErfInverse),
  ]

  /// Both signs; every power of two, subnormal ones too; the neighbourhoods of 0 and 1, and where reductions change.
  static let points: [Double] = {
    var positive: [Double] = []
    for k in -1074...1023 {
      let power = Foundation.scalbn(1.0, k)
      positive += [power, 1.7 * power]
    }
    for k in 0...4000 {
      let x = Double(k)
      positive += [x / 1000, x / 5.3, 0.4 + x / 2e4]
    }
    for k in 1...2000 {
      let edge: Double = 0.5 * Double(k) * Foundation.log(2.0)
      positive += [edge.nextDown, edge, edge.nextUp]
    }
    for k in 1...52 { positive.append(1 - Foundation.scalbn(1.0, -k)) }
    return positive + positive.map { -$0 }
  }()

  @Test(arguments: pairs) func aVectorHasTheDigitsOfTheScalarLibrary(_ pair: Pair) {
    let found = pair.tensor(Tensor(Self.points)).scalars
    for (x, y) in zip(Self.points, found) {
      let expected = pair.scalar(x)
      if expected.isNaN {
        #expect(y.isNaN, "\(x): \(y)")
      } else if expected.isInfinite || y.isInfinite {
        #expect(y == expected, "\(x): \(y) for \(expected)")
      } else {
        #expect(
          Swift.abs(y - expected) <= pair.tolerance * expected.ulp, "\(x): \(y) for \(expected)")
      }
    }
  }

  @Test(arguments: pairs) func theEndsAreThoseOfTheScalarLibrary(_ pair: Pair) {
    let ends: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1, -1, 709.78, 709.79, -745.1, -745.2, -750,
    ]
    for (x, y) in zip(ends, pair.tensor(Tensor(ends)).scalars) {
      let expected = pair.scalar(x)
      if expected.isNaN {
        #expect(y.isNaN, "\(x): \(y)")
      } else if expected == 0 || expected.isInfinite {
        #expect(y == expected && y.sign == expected.sign, "\(x): \(y) for \(expected)")
      } else {
        #expect(Swift.abs(y - expected) <= pair.tolerance * expected.ulp, "\(x): \(y)")
      }
    }
  }

  /// Full vectors and what remains behind them: the same digits wherever an element stands.
  @Test(arguments: pairs) func anElementDoesNotDependOnItsPlace(_ pair: Pair) {
    let values = (0..<41).map { Double($0) / 47 - 0.4 }
    let whole = pair.tensor(Tensor(values)).scalars
    for (x, y) in zip(values, whole) {
      let alone = pair.tensor(Tensor(x)).scalar
      #expect(alone.bitPattern == y.bitPattern || (alone.isNaN && y.isNaN), "\(x)")
    }
  }
}

/// Newton's iteration on the library's erf and erfc, from where ours ends: within 1 ulp.
private func newtonErfInverse(_ x: Double) -> Double {
  let size = abs(x)
  guard size < 1 else { return size == 1 ? x * .infinity : .nan }
  // Where erf is linear to the last digit, the residual would be rounding alone.
  if size < 1e-9 { return x == 0 ? x : x * 0.886226925452758 }
  let y = abs(Special.erfInverse(x))
  let residual = size < 0.5 ? Foundation.erf(y) - size : (1 - size) - Foundation.erfc(y)
  let refined = y - residual / (2 / Double.pi.squareRoot() * Foundation.exp(-y * y))
  return x < 0 ? -refined : refined
}
