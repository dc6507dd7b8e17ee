import PPL
import Preconditions

/// The Euclidean metric, in the units of the inputs.
public struct Euclidean: Metric {
  /// The Euclidean metric, which has no parameters.
  public init() {}
  public var isEuclidean: Bool { true }
  public func distances(_ x: Tensor, _ y: Tensor) -> Tensor { distance(x, y) }
  public func distanceTriangle(_ x: Tensor) -> Tensor { euclideanTriangle(x) }
}

extension Metric where Self == Euclidean {
  /// The Euclidean metric, in the units of the inputs.
  public static var euclidean: Euclidean { Euclidean() }
}

/// The Euclidean distance of each row of `x` from each row of `y`, `[N, M]`.
///
/// It is computed from differences, not from the expanded square, so that close points keep their digits.
/// Distances of any magnitude keep their digits, and their squares neither under- nor overflow. The derivative at
/// distance 0 is defined as 0, so that kernels with a kink there have finite gradients.
///
/// - Precondition: Both arguments are matrices with the same number of columns.
/// - Complexity: O(*N M D*).
/// - Reference: Blue (1978), *A portable Fortran program to find the Euclidean norm of a vector*, for the scaling.
public func distance(_ x: Tensor, _ y: Tensor) -> Tensor {
  let difference = differences(x, y)
  // On a line the root of the square is the modulus, to the bit.
  if difference.shape[2] == 1 { return abs(difference).squeezingDimension(at: 2) }
  // Powers of two, so that digits are those of the plain sum, and 1 where that is safe.
  let largest = abs(stopGradient(difference)).max(along: [-1])
  let scale = select(
    largest .< 1e-140, Tensor(0x1p600), select(largest .> 1e140, Tensor(0x1p-600), 1))
  let squares = square(difference * scale.expandingDimension(at: 2)).sum(along: [-1])
  let isZero = squares .== 0
  return select(isZero, 0, sqrt(select(isZero, 1, squares)) / scale)
}

/// The differences of each row of `x` and each row of `y` on each axis, `[N, M, D]`.
///
/// - Precondition: Both arguments are matrices with the same number of columns.
func differences(_ x: Tensor, _ y: Tensor) -> Tensor {
  guard areInputs(x, y) else { return .zeros([rowCount(x), rowCount(y), 1]) }
  return x[.all, .newAxis] - y[.newAxis]
}

/// The number of inputs, the rows of `x`; one for a scalar, which has no rows.
func rowCount(_ x: Tensor) -> Int { x.shape.first ?? 1 }

/// Whether both are matrices with the same positive number of columns; otherwise a mistake is reported.
func areInputs(_ x: Tensor, _ y: Tensor) -> Bool {
  holds(
    x.rank == 2 && y.rank == 2 && x.shape[1] == y.shape[1] && x.shape[1] > 0,
    "Kernel: inputs are [N, D] and [M, D], not \(x.shape) and \(y.shape).")
}
