import Autodiff
import PPL

/// The matrix normal distribution: a normal matrix with one covariance of its rows and another of its columns.
///
///     X = mean + R E Cᵀ,    E ~ Normal(0, 1) independently
///     log p(X) = -|R⁻¹ (X - mean) C⁻ᵀ|² / 2 - p Σ log R[i, i] - n Σ log C[j, j] - n p log(2π) / 2
///
/// - Shape: `mean` is `[..., n, p]`, `rowFactor` R `[..., n, n]`, `columnFactor` C `[..., p, p]`, both lower
///   triangular; the leading dimensions broadcast to the batch, the event is `[n, p]`.
/// - Complexity: O(*n*² *p* + *n p*²) for each draw and each density.
/// - Reference: Dawid (1981), *Some matrix-variate distribution theory*.
public struct MatrixNormal: HasMoments, HasEntropy, HasGaussianForm {
  /// The mean, batch + `[n, p]`; the Cholesky factors of the covariance of the rows, batch + `[n, n]`, and of
  /// the columns, batch + `[p, p]`.
  public let mean, rowFactor, columnFactor: Tensor
  public let batchShape: [Int]
  public let eventShape: [Int]

  /// A batch of matrix normal distributions; the parameters must broadcast to it.
  public init(_ mean: Tensor, rowFactor: Tensor, columnFactor: Tensor) {
    let (batch, sizes) = eventShapes(
      of: "MatrixNormal",
      [
        ("mean", mean.shape, "np"), ("rowFactor", rowFactor.shape, "nn"),
        ("columnFactor", columnFactor.shape, "pp"),
      ])
    (batchShape, eventShape) = (batch, [sizes["n", default: 0], sizes["p", default: 0]])
    self.mean = mean.broadcast(to: batchShape + eventShape)
    (self.rowFactor, self.columnFactor) = (rowFactor, columnFactor)
  }

  public var parameters: [Parameter] {
    [
      .init("mean", mean, .realMatrix), .init("rowFactor", rowFactor, .lowerCholesky),
      .init("columnFactor", columnFactor, .lowerCholesky),
    ]
  }
  public var support: Support { .realMatrix }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let noise = key.normal(shape + batchShape + eventShape)
    return mean + matmul(matmul(rowFactor, noise), columnFactor.transposed())
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let rows = triangularSolve(rowFactor, x - mean)
    let white = triangularSolve(columnFactor, rows.transposed())
    return -0.5 * square(white).sum(along: [-2, -1]) - logRootDeterminant
      - Tensor(count * Constant.halfLogTwoPi)
  }

  public var variance: Tensor {
    let rows = square(rowFactor).sum(along: [-1]).withEventAxes(1)
    let columns = square(columnFactor).sum(along: [-1]).expandingDimension(at: -2)
    return (rows * columns).broadcast(to: batchShape + eventShape)
  }
  public var entropy: Tensor {
    let standard = Tensor(count * (Constant.halfLogTwoPi + 0.5))
    return (logRootDeterminant + standard).broadcast(to: batchShape)
  }

  private var count: Double { Double(eventShape[0] * eventShape[1]) }
  private var logRootDeterminant: Tensor {
    let (n, p) = (Tensor(Double(eventShape[0])), Tensor(Double(eventShape[1])))
    return p * logTriangularDeterminant(rowFactor) + n * logTriangularDeterminant(columnFactor)
  }
}
