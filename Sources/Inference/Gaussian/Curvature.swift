import Foundation
import LinearAlgebra
import PPL

/// The curvature of a log density at a point: eigenvalues of its negative Hessian in scaled coordinates.
///
///     -H = D⁻¹ (I + sum_k (λ_k - 1) v_k v_kᵀ) D⁻¹
///
/// The scales D make the diagonal ±1, so that the units of the parameters do not matter.
struct Curvature: Sendable {
  /// The diagonal of D, `[n]`.
  let scales: [Double]
  /// The eigenvalues λ, `[k]`: all n, or those found by the method of Lanczos.
  let values: [Double]
  /// The eigenvectors v, `[k, n]`.
  let vectors: Matrix

  /// Whether the log density curves down in every direction, beyond rounding.
  var isPositive: Bool {
    guard let largest = values.max(), let least = values.min() else { return true }
    return least > 1e-13 * largest
  }

  /// The index of the unconstrained value that takes most part in the direction of least curvature.
  var flattest: Int? {
    guard let least = values.indices.min(by: { values[$0] < values[$1] }) else { return nil }
    let row = Array(vectors.row(least))
    return row.indices.max { row[$0].magnitude < row[$1].magnitude }
  }

  /// The Newton step of a gradient, by the magnitudes of the eigenvalues, and its length in standard deviations.
  ///
  /// - Reference: Dauphin et al. (2014), *Identifying and attacking the saddle point problem*, alg. 1 (saddle-free Newton).
  func step(_ gradient: [Double]) -> (step: [Double], length: Double) {
    let scaled = zip(gradient, scales).map { $0 * $1 }
    var step = scaled
    var square = dot(scaled, scaled)
    let floor = 1e-13 * (values.reduce(1) { max($0, $1.magnitude) })
    for (k, value) in values.enumerated() {
      var product = 0.0
      for i in step.indices { product += vectors[k, i] * scaled[i] }
      let inverse = 1 / max(value.magnitude, floor)
      square += product * product * (inverse - 1)
      for i in step.indices { step[i] += product * (inverse - 1) * vectors[k, i] }
    }
    return (zip(step, scales).map { $0 * $1 }, max(square, 0).squareRoot())
  }

  /// The normal distribution with this curvature and mean.
  ///
  /// - Parameter floor: The least magnitude of an eigenvalue; smaller ones are raised to it.
  func approximation(_ mean: [Double], floor: Double = 0) -> GaussianApproximation {
    let kept = values.map { max($0.magnitude, floor) }
    if values.count == scales.count {
      var scaled = vectors
      for (k, value) in kept.enumerated() { scaled.scale(row: k, by: 1 / value) }
      let covariance = Matrix.product(scaled, vectors, transposingFirst: true)
      if let factor = try? FactoredCovariance(scales: scales, covariance: covariance) {
        return GaussianApproximation(mean: mean, factor: factor)
      }
    }
    return GaussianApproximation(
      mean: mean,
      factor: FactoredCovariance(scales: scales, vectors: vectors, eigenvalues: kept.map { 1 / $0 })
    )
  }
}

extension Curvature {
  /// The curvature by the whole Hessian.
  ///
  /// - Parameters:
  ///   - hessian: The Hessian at the point.
  ///   - count: The number n of unconstrained values.
  ///   - check: Called before each product; it throws to end the work.
  /// - Returns: Nil where the Hessian is not finite.
  /// - Complexity: n products with the Hessian and O(n³).
  init?(
    _ hessian: borrowing HessianProduct, count: Int, check: () throws -> Void = {}
  ) rethrows {
    var precision = Matrix(rows: count, columns: count, try hessian.matrix(check).scalars)
    precision.scale(by: -1)
    let scales = Self.scales(precision.diagonal)
    for i in 0..<count { precision.scale(row: i, by: scales[i]) }
    precision.scaleColumns(by: scales)
    guard precision.isFinite, let eigen = try? SymmetricEigen(precision) else { return nil }
    self.init(scales: scales, values: eigen.values, vectors: eigen.vectors)
  }

  /// The scales at which a diagonal is ±1; 1 for an entry that is 0 or not finite.
  static func scales(_ diagonal: [Double]) -> [Double] {
    diagonal.map {
      let scale = 1 / $0.magnitude.squareRoot()
      return scale.isFinite && scale > 0 ? scale : 1
    }
  }

  /// The curvature by the extreme eigenvalues of the scaled Hessian, by the method of Lanczos; others are taken as 1.
  ///
  /// The diagonal is estimated by products with random signs.
  ///
  /// - Parameters:
  ///   - hessian: The Hessian at the point.
  ///   - count: The number n of unconstrained values.
  ///   - rank: The number of Lanczos steps.
  ///   - key: The key of the signs and of the starting vector.
  ///   - check: Called before each product; it throws to end the work.
  /// - Returns: Nil where the Hessian is not finite.
  /// - Complexity: `rank` + 32 products with the Hessian and O(n rank²).
  /// - Reference: Bekas, Kokiopoulou and Saad (2007), *An estimator for the diagonal of a matrix*; Golub and Van Loan (2013),
  ///   *Matrix Computations*, §10.1.
  init?(
    _ hessian: borrowing HessianProduct, count: Int, rank: Int, key: RandomKey,
    check: () throws -> Void = {}
  ) rethrows {
    let (signKey, startKey) = key.split()
    var product = Array(repeating: 0.0, count: count)
    var diagonal = product
    let probes = 32
    for probe in signKey.split(probes) {
      let signs = probe.normal([count]).scalars.map { $0 < 0 ? -1.0 : 1.0 }
      try check()
      hessian.apply(to: signs, &product)
      for i in 0..<count { diagonal[i] -= signs[i] * product[i] / Double(probes) }
    }
    // The estimate of a small entry may be noise of any sign.
    let level = diagonal.map(\.magnitude).sorted()[count / 2]
    let scales = Self.scales(diagonal.map { max($0, 1e-2 * level) })
    var lanczos = Lanczos(start: startKey.normal([count]).scalars)
    for _ in 0..<min(rank, count) {
      let direction = zip(lanczos.latest, scales).map { $0 * $1 }
      try check()
      hessian.apply(to: direction, &product)
      guard product.allSatisfy(\.isFinite) else { return nil }
      if !lanczos.extend(by: zip(product, scales).map { -$0 * $1 }) { break }
    }
    guard let pairs = lanczos.convergedPairs() else { return nil }
    let kept = pairs.values.indices.filter {
      let value = pairs.values[$0]
      return value < 0.5 || value > 2
    }
    self.init(
      scales: scales, values: kept.map { pairs.values[$0] },
      vectors: pairs.vectors.taking(rows: kept))
  }
}
