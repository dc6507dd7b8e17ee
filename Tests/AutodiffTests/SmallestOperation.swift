import Foundation
import RealModule

@testable import Autodiff

// The operation that `CONTRIBUTING.md` shows, and its row; `PageBlockTests` compares them.

// [
/// The hyperbolic cosine of every element.
public func cosh(_ x: Tensor) -> Tensor {
  elementwise("cosh", x, { loop($0, $1, Double.cosh) }) { x, _ in 0.5 * (exp(x) - exp(-x)) }
}
// ]

let smallestOperation: [Example] = [
  // [
  Example("cosh", [anywhere], value: { cosh($0[0]) }) { cosh($0[0]) }
  // ]
]
