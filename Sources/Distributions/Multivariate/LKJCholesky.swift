import Autodiff
import PPL
import Preconditions

/// The Cholesky factor of a correlation matrix from the LKJ law.
///
///     log p(L) = Σₖ (2 (η - 1) + n - 1 - k) log L[k, k] - log Z,    k = 1, …, n - 1
///     log Z = (n - 1) log π / 2 + log Γ_(n-1)(α - 1/2) - (n - 1) log Γ(α),    α = η + (n - 1) / 2
///
/// Concentration η = 1 is uniform over correlation matrices; larger ones favour the identity, smaller ones strong
/// correlations. Drawn by the onion method: row *k* has a uniform direction, and its squared length off the diagonal
/// is Beta(k/2, α - k/2).
///
/// - Shape: batch is that of `concentration`; event `[n, n]`, n the dimension.
/// - Reference: Lewandowski, Kurowicka & Joe (2009), *Generating random correlation matrices based on vines and
///   extended onion method*, §3.2 and p. 1999.
public struct LKJCholesky: Moments, HasEntropy {
  /// How many rows the factor has.
  public let dimension: Int
  /// 1 for the uniform law of the correlation matrix, more for factors nearer to the identity; batch shape.
  public let concentration: Tensor

  /// - Precondition: `dimension` is at least 2.
  public init(dimension: Int, concentration: Tensor = 1) {
    holds(dimension >= 2, "LKJCholesky: dimension is \(dimension), but must be at least 2.")
    // A matrix of more rows has more numbers than a machine holds.
    let isTooLarge = !holds(
      dimension <= 100_000, "LKJCholesky: dimension is \(dimension), but must be at most 100000.")
    (self.dimension, self.concentration) = (isTooLarge ? 2 : max(dimension, 2), concentration)
  }

  public var parameters: [Parameter] { [.init("concentration", concentration, .positive)] }
  public var support: Support { .correlationCholesky }
  public var batchShape: [Int] { concentration.shape }
  public var eventShape: [Int] { [dimension, dimension] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let (lengthKey, directionKey) = key.split()
    let leading = shape + batchShape
    let halves = (0.5 * rows).broadcast(to: rest.shape)
    let logs = lengthKey.logGamma(
      leading + [dimension - 1, 2], alpha: stack([halves, rest], along: -1))
    let logit = logs[.ellipsis, 0] - logs[.ellipsis, 1]

    let count = dimension * (dimension - 1) / 2
    let triangle = strictLowerTriangle(directionKey.normal(leading + [count]))
    let normals = triangle[.ellipsis, .range(1..<dimension), .all]
    let norm = sqrt(square(normals).sum(along: [-1], keepingDimensions: true))
    let below = sqrt(sigmoid(logit)).expandingDimension(at: -1) * normals / norm
    let first = Tensor.zeros(leading + [1, dimension])
    let squares = insidePositive(sigmoid(-logit))
    let diagonal = concatenate([.ones(leading + [1]), sqrt(squares)], along: -1)
    return concatenate([first, below], along: -2) + diagonal.diagonalMatrix()
  }

  public func logProb(_ x: Tensor) -> Tensor {
    onSupport(support, x) { L in
      let logs = log(L.diagonal()[.ellipsis, .range(1..<dimension)])
      return (powers * logs).sum(along: [-1]) - logNormalizer
    }
  }

  /// Zero but for the diagonal, whose squares are Beta(α - k/2, k/2).
  public var mean: Tensor {
    concatenate([.ones(batchShape + [1]), meanDiagonal], along: -1).diagonalMatrix()
  }

  /// `1 / 2α` below the diagonal.
  public var variance: Tensor {
    let ratio = logBetaMomentRatio(rest, 0.5 * rows, power: 0.5)
    let spread = square(meanDiagonal) * expm1(ratio)
    let isBelow = Tensor.ones([dimension, dimension]).lowerTriangle() - .identity(dimension)
    let below = isBelow * (0.5 / alpha).expandingDimension(at: -1)
    return below + concatenate([.zeros(batchShape + [1]), spread], along: -1).diagonalMatrix()
  }

  /// `E L[k, k] = B(α - k/2 + 1/2, k/2) / B(α - k/2, k/2)`, k from 1.
  private var meanDiagonal: Tensor {
    exp(logGammaDifference(rest, 0.5) - logGammaDifference(alpha, 0.5))
  }

  public var entropy: Tensor {
    logNormalizer - (powers * meanLogDiagonal).sum(along: [-1])
  }

  /// `log Z` for matrices: the determinants of the factors to the power η - 1.
  var logNormalizer: Tensor {
    let count = Double(dimension - 1)
    let logPi = Tensor((0.5 * count + 0.25 * count * (count - 1)) * Constant.logPi)
    return logPi - logGammaDifference(rest, 0.5 * rows).sum(along: [-1])
  }

  /// `E log L[k, k]`, k from 1.
  var meanLogDiagonal: Tensor { -0.5 * digammaDifference(rest, 0.5 * rows) }

  /// k = 1, …, n - 1.
  private var rows: Tensor { 1 + .arange(dimension - 1) }
  /// α beside the rows, `[..., 1]`.
  private var alpha: Tensor {
    concentration.expandingDimension(at: -1) + Tensor(0.5 * Double(dimension - 1))
  }
  /// α - k/2, `[..., n - 1]`.
  private var rest: Tensor { alpha - 0.5 * rows }
  private var powers: Tensor {
    2 * (concentration.expandingDimension(at: -1) - 1) + Tensor(Double(dimension - 1)) - rows
  }
}
