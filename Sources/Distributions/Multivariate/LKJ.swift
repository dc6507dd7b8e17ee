import Autodiff
import PPL
import Preconditions

/// Correlation matrices, with a density in their determinant.
///
///     p(C) ∝ |C|^(η - 1)
///
/// Drawn as a Cholesky factor, `LKJCholesky`, which is the better latent variable: it needs no factorisation.
///
/// - Shape: batch is that of `concentration` η; event `[n, n]`, n the dimension.
/// - Reference: Lewandowski, Kurowicka & Joe (2009), *Generating random correlation matrices based on vines and
///   extended onion method*.
public struct LKJ: TransformedFamily, Moments, HasEntropy {
  public let law: Transformed
  private let factor: LKJCholesky

  /// - Precondition: `dimension` is at least 2.
  public init(dimension: Int, concentration: Tensor = 1) {
    holds(dimension >= 2, "LKJ: dimension is \(dimension), but must be at least 2.")
    factor = LKJCholesky(dimension: max(dimension, 2), concentration: concentration)
    law = Transformed(factor, GramTransform(isCorrelation: true), onto: .correlationMatrix)
  }

  /// How many rows the matrix has.
  public var dimension: Int { factor.dimension }
  /// 1 for the uniform law, more for matrices nearer to the identity; batch shape.
  public var concentration: Tensor { factor.concentration }

  public var mean: Tensor { Tensor.identity(dimension).broadcast(to: shape) }

  /// `1 / (2η + n - 1)` off the diagonal: each correlation is a Beta(α, α) stretched to (-1, 1), α = η + n/2 - 1.
  public var variance: Tensor {
    let each = reciprocal(2 * concentration + Tensor(Double(dimension - 1)))
    return each.withEventAxes(2) * (1 - Tensor.identity(dimension))
  }

  public var entropy: Tensor {
    let meanLogDeterminant = 2 * factor.meanLogDiagonal.sum(along: [-1])
    return factor.logNormalizer - (concentration - 1) * meanLogDeterminant
  }
}
