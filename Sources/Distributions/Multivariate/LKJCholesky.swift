import Autodiff
import PPL
import Preconditions

/// The LKJ distribution of the Cholesky factor of a correlation matrix.
///
///     log p(L) = Σₖ (2 (η - 1) + n - 1 - k) log L[k, k] - log Z,    k = 1, …, n - 1
///     log Z = (n - 1) log π / 2 + log Γ_(n-1)(α - 1/2) - (n - 1) log Γ(α),    α = η + (n - 1) / 2
///
/// Concentration η = 1 is uniform over correlation matrices; larger ones favour the identity, smaller ones strong
/// correlations. Draws use the onion method: row *k* has a uniform direction, and its squared length off the
/// diagonal is Beta(k/2, α - k/2).
///
/// - Shape: batch is that of `concentration`; event `[n, n]`, n the dimension.
/// - Reference: Lewandowski, Kurowicka & Joe (2009), *Generating random correlation matrices based on vines and
///   extended onion method*, §3.2 and p. 1999.
public struct LKJCholesky: HasMoments, HasEntropy {
  /// The number of rows and columns n of the factor.
  public let dimension: Int
  /// The concentration η: 1 is the uniform distribution of the correlation matrix, larger values favour the
  /// identity; batch shape.
  public let concentration: Tensor

  /// A batch with one distribution of `dimension` × `dimension` factors for each element of `concentration`.
  ///
  /// - Precondition: `dimension` is at least 2.
  public init(dimension: Int, concentration: Tensor = 1) {
    holds(dimension >= 2, "LKJCholesky: dimension is \(dimension), but must be at least 2.")
    // A matrix of more rows does not fit into the memory of any machine.
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

  /// The mean: zero except on the diagonal, whose squares are Beta(α - k/2, k/2).
  public var mean: Tensor {
    concatenate([.ones(batchShape + [1]), meanDiagonal], along: -1).diagonalMatrix()
  }

  /// The variance of each entry, `1 / 2α` below the diagonal.
  public var variance: Tensor {
    let ratio = logBetaMomentRatio(rest, 0.5 * rows, power: 0.5)
    let spread = square(meanDiagonal) * expm1(ratio)
    let isBelow = Tensor.ones([dimension, dimension]).lowerTriangle() - .identity(dimension)
    let below = isBelow * (0.5 / alpha).expandingDimension(at: -1)
    return below + concatenate([.zeros(batchShape + [1]), spread], along: -1).diagonalMatrix()
  }

  /// The mean diagonal `E L[k, k] = B(α - k/2 + 1/2, k/2) / B(α - k/2, k/2)`, k from 1.
  private var meanDiagonal: Tensor {
    exp(logGammaDifference(rest, 0.5) - logGammaDifference(alpha, 0.5))
  }

  public var entropy: Tensor {
    logNormalizer - (powers * meanLogDiagonal).sum(along: [-1])
  }

  /// The log normaliser `log Z` for matrices: of the determinants of the factors to the power η - 1.
  var logNormalizer: Tensor {
    let count = Double(dimension - 1)
    let logPi = Tensor((0.5 * count + 0.25 * count * (count - 1)) * Constant.logPi)
    return logPi - logGammaDifference(rest, 0.5 * rows).sum(along: [-1])
  }

  /// The means `E log L[k, k]`, k from 1.
  var meanLogDiagonal: Tensor { -0.5 * digammaDifference(rest, 0.5 * rows) }

  /// The row indices k = 1, …, n - 1.
  private var rows: Tensor { 1 + .arange(dimension - 1) }
  /// The parameter α with an axis for the rows, `[..., 1]`.
  private var alpha: Tensor {
    concentration.expandingDimension(at: -1) + Tensor(0.5 * Double(dimension - 1))
  }
  /// The parameters α - k/2, `[..., n - 1]`.
  private var rest: Tensor { alpha - 0.5 * rows }
  private var powers: Tensor {
    2 * (concentration.expandingDimension(at: -1) - 1) + Tensor(Double(dimension - 1)) - rows
  }
}
