import Preconditions

/// The cumulative sums of each row.
struct CumulativeSum: Operation {
  var name: String { "cumulativeSum" }

  func shape(_ operands: [[Int]]) throws(Mistake) -> [Int] {
    if operands[0].isEmpty { throw Mistake("cumulativeSum: a number has no axis.") }
    return operands[0]
  }

  func kernel(_ operands: [[Int]]) -> Kernel {
    let width = operands[0][operands[0].count - 1]
    return Kernel(
      function: { x, n in
        let (rows, width) = (n[0], n[1])
        for row in 0..<rows {
          var sum = 0.0
          for place in row * width..<(row + 1) * width {
            sum += x[0][place]
            x[1][place] = sum
          }
        }
      }, integers: [elementCount(Array(operands[0].dropLast())), width])
  }

  /// The cotangent: each number is in its own sum and in all later ones.
  func pullback(_ g: Tensor, _ operands: [Tensor], _ y: Tensor) -> [Tensor?] {
    let total = g.sum(along: [-1], keepingDimensions: true)
    return [total - g.cumulativeSum() + g]
  }
}

extension Tensor {
  /// The cumulative sums along the last axis.
  ///
  ///     Tensor([1, 2, 3]).cumulativeSum()  // [1, 3, 6]
  ///
  /// - Complexity: O(*n*).
  public func cumulativeSum() -> Tensor { Tensor.apply(CumulativeSum(), self) }
}
