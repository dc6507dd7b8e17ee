import PPL

/// Gaspari and Cohn's correlations by distance, with a length that may have a prior.
///
/// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
public struct EnsembleTaper: Sendable {
  /// Of each point from each other, `[n, n]`.
  public let distances: Tensor
  /// Correlations vanish from twice this distance on.
  public let length: Tensor
  /// Where the distances are from, if they are a grid's.
  private let grid: (any Grid)?

  /// - Parameters:
  ///   - distances: `[n, n]`, in any unit.
  ///   - length: A number in the same unit.
  public init(distances: Tensor, length: Tensor) {
    (self.distances, self.length, grid) = (distances, length, nil)
  }

  /// With the distances of a grid. On a ring whose distances go along it, the length is at most a quarter of the ring; a
  /// filter refuses one that wraps, and has no likelihood (NaN) where it is recorded with such a length.
  public init(_ grid: some Grid, length: Tensor) {
    let n = grid.pointCount
    let distances = (0..<n).flatMap { i in (0..<n).map { grid.distance(i, $0) } }
    (self.distances, self.length) = (Tensor(distances, shape: [n, n]), length)
    self.grid = grid
  }

  /// Refuses a length, where it is known, at which the taper wraps.
  func checkIsCovariance() throws(FilteredError) {
    guard let grid, !length.isRecorded else { return }
    if let fault = Taper.gaspariCohn(length.scalar).fault(on: grid) {
      throw .taper(fault.description)
    }
  }

  /// `[n, n]`.
  func correlations() -> Tensor { gaspariCohn(distances / length) }

  /// The rows of some points, `[m, n]`.
  func correlations(of points: [Int]) -> Tensor {
    gaspariCohn(distances.taking(indices: Tensor(points.map(Double.init)), along: 0) / length)
  }
}

/// `Taper.gaspariCohn` of distances in units of its length; its first two derivatives are continuous.
func gaspariCohn(_ z: Tensor) -> Tensor {
  // Each branch sees only its own arguments: a branch not taken must not bring NaN into the gradient.
  let isNear = z .<= 1
  let isFar = z .>= 2
  return select(isNear, nearPolynomial(select(isNear, z, 0)), farPolynomial(z, isNear, isFar))
}

private func nearPolynomial(_ z: Tensor) -> Tensor {
  let quartic = (-0.25 * z + 0.5) * z + 0.625
  let cubic = quartic * z - Tensor(5.0 / 3)
  return cubic * z * z + 1
}

private func farPolynomial(_ distance: Tensor, _ isNear: Tensor, _ isFar: Tensor) -> Tensor {
  let z = select(isNear .| isFar, 1.5, distance)
  let quintic = (Tensor(1.0 / 12) * z - 0.5) * z + 0.625
  let cubic = (quintic * z + Tensor(5.0 / 3)) * z - 5
  let value = cubic * z + 4 - Tensor(2.0 / 3) / z
  return select(isFar, 0, value)
}
