import Preconditions

/// The orthonormal discrete cosine transform of type II, from a series to its frequencies.
///
///     yₖ = wₖ √(2/n) Σⱼ xⱼ cos(π (2j + 1) k / 2n),    y₀ divided by √2
///     wₖ ∝ (k + 1/2)^smoothness
///
/// The weights have geometric mean one, so that the Jacobian is one. With smoothness 1, Brownian noise becomes
/// white noise, which suits a sampler.
///
/// - Complexity: O(*n*²) time and memory, as a product with a constant matrix.
/// - Reference: Ahmed, Natarajan & Rao (1974), *Discrete Cosine Transform*.
public struct DiscreteCosineTransform: Transform {
  /// The axis, counted from the right: -1 is the last one.
  public let axis: Int
  /// The exponent of the weights; 0 gives the orthonormal transform.
  public let smoothness: Double

  /// A cosine transform along one axis.
  ///
  /// - Precondition: `axis` is negative.
  public init(axis: Int = -1, smoothness: Double = 0) {
    let isNegative = holds(
      axis < 0, "DiscreteCosineTransform: axis is \(axis), but must be negative")
    (self.axis, self.smoothness) = (isNegative ? axis : -1, smoothness)
  }

  public var domainEventRank: Int { -axis }
  public var codomainEventRank: Int { -axis }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    alongLastAxis(x, axis) { rows in
      let n = rows.shape[rows.rank - 1]
      return matmul(rows, cosines(n).transposed()) * weights(n)
    }
  }

  public func inverse(_ y: Tensor) -> Tensor {
    alongLastAxis(y, axis) { rows in
      let n = rows.shape[rows.rank - 1]
      return matmul(rows / weights(n), cosines(n))
    }
  }

  public func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    .zeros(Array(x.shape.dropLast(-axis)))
  }

  /// The orthogonal matrix `[n, n]`, with one row for each frequency.
  private func cosines(_ n: Int) -> Tensor {
    let quarters = (0..<n * n).map { flat in
      // The angle in units of π / 2n, reduced to one turn.
      Double((2 * (flat % n) + 1) * (flat / n) % (4 * n))
    }
    let angles = Tensor(quarters, shape: [n, n]) * Tensor(Double.pi / Double(2 * n))
    let norm = sqrt(select(Tensor.arange(n) .== 0, 1, 2) / Tensor(Double(n)))
    return cos(angles) * norm.expandingDimension(at: 1)
  }

  private func weights(_ n: Int) -> Tensor {
    if smoothness == 0 { return 1 }
    let logs = Tensor(smoothness) * log(Tensor.arange(n) + 0.5)
    return exp(logs - logs.mean())
  }
}

/// Applies `f` with the axis moved to the end, and moves it back.
func alongLastAxis(_ x: Tensor, _ axis: Int, _ f: (Tensor) -> Tensor) -> Tensor {
  guard holds(axis >= -x.rank, "a transform along axis \(axis) met shape \(x.shape)") else {
    return x
  }
  if axis == -1 { return f(x) }
  var order = Array(0..<x.rank)
  order.swapAt(x.rank + axis, x.rank - 1)
  return f(x.transposed(order)).transposed(order)
}
