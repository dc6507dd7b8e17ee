import Autodiff
import PPL

/// Normal quantities that vary together.
///
///     x = mean + L e,    e ~ Normal(0, 1) independently
///     log p(x) = -|L⁻¹(x - mean)|² / 2 - Σ log L[i, i] - n log(2π) / 2
///
/// - Shape: `mean` is `[..., n]` and `choleskyFactor` `[..., n, n]`, lower triangular; the leading
///   dimensions broadcast to the batch, the event is `[n]`.
/// - Units: `mean` and `choleskyFactor` share the units of `x`.
/// - Complexity: O(*n*²) for each draw and each density, given the factor.
public struct MultivariateNormal: Moments, HasEntropy {
  public let mean, choleskyFactor: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]

  /// - Precondition: `mean` has at least one dimension, `choleskyFactor` two, and they agree.
  public init(_ mean: Tensor, choleskyFactor: Tensor) {
    let (m, l) = (mean.shape, choleskyFactor.shape)
    let agree = l.count >= 2 && m.count >= 1 && l[l.count - 1] == l[l.count - 2] && m.last == l.last
    precondition(
      agree, "MultivariateNormal: mean \(m) and choleskyFactor \(l) are not [..., n], [..., n, n].")
    batchShape = Distributions.batchShape(
      of: "MultivariateNormal",
      ["mean": Array(m.dropLast()), "choleskyFactor": Array(l.dropLast(2))])
    eventShape = [l[l.count - 1]]
    self.mean = mean.broadcast(to: batchShape + eventShape)
    self.choleskyFactor = choleskyFactor
  }

  /// From a covariance instead of its factor; not a number where that is not positive definite.
  ///
  /// - Complexity: O(*n*³).
  public init(_ mean: Tensor, covariance: Tensor) {
    self.init(mean, choleskyFactor: cholesky(covariance))
  }

  public var parameters: [Parameter] {
    [
      .init("mean", mean, .realVector),
      .init("choleskyFactor", choleskyFactor, .lowerCholesky),
    ]
  }
  public var support: Support { .realVector }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let noise = key.normal(shape + batchShape + eventShape)
    return mean + asColumns(noise) { matmul(choleskyFactor, $0) }
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let white = asColumns(x - mean) { triangularSolve(choleskyFactor, $0) }
    let distance = square(white).sum(along: [-1])
    let logNormalizer = Tensor(Double(eventShape[0]) * Constant.halfLogTwoPi)
    return -0.5 * distance - logRootDeterminant - logNormalizer
  }

  /// `L Lᵀ`, `[..., n, n]`.
  public var covariance: Tensor { matmul(choleskyFactor, choleskyFactor.transposed()) }
  public var variance: Tensor {
    square(choleskyFactor).sum(along: [-1]).broadcast(to: batchShape + eventShape)
  }
  public var entropy: Tensor {
    let standard = Double(eventShape[0]) * (Constant.halfLogTwoPi + 0.5)
    return (logRootDeterminant + Tensor(standard)).broadcast(to: batchShape)
  }

  private var logRootDeterminant: Tensor { log(choleskyFactor.diagonal()).sum(along: [-1]) }

  /// Applies `f` to all vectors that share a factor at once, as the columns of one matrix.
  ///
  /// - Parameter x: `[S..., F..., n]`, `F` the batch of the factor; `f` sees `[F..., n, S]`.
  private func asColumns(_ x: Tensor, _ f: (Tensor) -> Tensor) -> Tensor {
    let last = choleskyFactor.rank - 1  // of [S, F..., n]
    let each = Array(x.shape.suffix(last))
    let columns = x.reshaped(to: [x.shape.dropLast(last).reduce(1, *)] + each)
      .transposed(Array(1...last) + [0])
    return f(columns).transposed([last] + Array(0..<last)).reshaped(to: x.shape)
  }
}
