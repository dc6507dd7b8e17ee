import Autodiff
import PPL
import Preconditions

/// The LKJ (Lewandowski, Kurowicka and Joe) distribution of correlation matrices, a power of their determinant.
///
///     p(C) ∝ |C|^(η - 1)
///
/// Draws are made from the Cholesky factor, `LKJCholesky`, which is the better latent variable: it needs no
/// factorisation.
///
/// - Shape: batch is that of `concentration` η; event `[n, n]`, n the dimension.
/// - Reference: Lewandowski, Kurowicka & Joe (2009), *Generating random correlation matrices based on vines and
///   extended onion method*.
public struct LKJ: TransformedFamily, HasMoments, HasEntropy {
  public let transformed: Transformed
  private let factor: LKJCholesky

  /// A batch with one distribution of `dimension` × `dimension` matrices for each element of `concentration`.
  ///
  /// - Precondition: `dimension` is at least 2.
  public init(dimension: Int, concentration: Tensor = 1) {
    holds(dimension >= 2, "LKJ: dimension is \(dimension), but must be at least 2.")
    factor = LKJCholesky(dimension: max(dimension, 2), concentration: concentration)
    transformed = Transformed(factor, GramTransform(isCorrelation: true), onto: .correlationMatrix)
  }

  /// The number of rows and columns n of the matrix.
  public var dimension: Int { factor.dimension }
  /// The concentration η: 1 is the uniform distribution, larger values favour the identity matrix; batch shape.
  public var concentration: Tensor { factor.concentration }

  public var mean: Tensor { Tensor.identity(dimension).broadcast(to: shape) }

  /// The variance of each entry, `1 / (2η + n - 1)` off the diagonal: each correlation is a Beta(α, α) variable
  /// stretched to (-1, 1), α = η + n/2 - 1.
  public var variance: Tensor {
    let each = reciprocal(2 * concentration + Tensor(Double(dimension - 1)))
    return each.withEventAxes(2) * (1 - Tensor.identity(dimension))
  }

  public var entropy: Tensor {
    let meanLogDeterminant = 2 * factor.meanLogDiagonal.sum(along: [-1])
    return factor.logNormalizer - (concentration - 1) * meanLogDeterminant
  }
}
