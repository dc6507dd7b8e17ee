import Distributions
import LinearAlgebra
import PPL
import Parallel

extension SVIFit {
  /// The linear-response covariance of a mean-field fit: the covariance of the unconstrained latent values, `[n, n]`, in the
  /// order of `LogDensity.vector`.
  ///
  /// Independent normal distributions find the means but miss correlations, and have too small standard deviations. How the
  /// fitted means respond to a small tilt of the posterior is its covariance: with the locations m, the log scales r and the
  /// Hessian H of the negative evidence lower bound, it is the part of H⁻¹ that belongs to m. It is exact for a normal
  /// posterior.
  ///
  /// - Parameters:
  ///   - count: The number of draws over which H is averaged, in pairs of opposite signs.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws; results do not depend on their number.
  /// - Throws: `InferenceError.argument` for a guide that is not `AutoNormal` or `AutoDiagonalNormal` on unconstrained
  ///   coordinates, `.count` unless the number of draws is positive, `.notAnOptimum` where H is not positive definite.
  /// - Complexity: n products with the Hessian of the log density for each draw, and O(n³).
  /// - Reference: Giordano, Broderick and Jordan (2018), *Covariances, robustness, and variational Bayes*, eq. (14);
  ///   Giordano, Ingram and Broderick (2024), *Black box variational inference with a deterministic objective*, §3.2, for the
  ///   average over fixed draws.
  public func linearResponseCovariance(
    draws count: Int = 200, key: RandomKey = RandomKey(0), pool: WorkPool = .automatic
  ) throws -> Tensor {
    try demandCount(count, "the number of draws")
    let density = try LogDensity(fittedModel)
    let (mean, deviation) = try meanField(of: density)
    let (n, pairs) = (density.count, (count + 1) / 2)
    // Blocks of pairs of one size each, so that sums do not depend on the number of threads.
    let blocks = (0..<((pairs + 7) / 8)).map { 8 * $0..<min(8 * $0 + 8, pairs) }
    let sums = try pool.mapParts(of: blocks.count) { part -> [Matrix] in
      var hessian = try density.hessianProduct(at: mean)
      let evaluator = density.evaluator()
      return try part.map { block in
        var sum = Matrix(rows: 2 * n, columns: 2 * n)
        for pair in blocks[block] {
          let z = key.foldIn(UInt32(pair)).normal([n]).scalars
          for sign in [1.0, -1.0] {
            let shift = zip(z, deviation).map { sign * $0 * $1 }
            let point = zip(mean, shift).map { $0 + $1 }
            var gradient = point
            _ = try evaluator.value(at: point, gradient: &gradient)
            try hessian.move(to: point)
            sum.add(term: hessian.matrix().scalars, gradient, shift)
          }
        }
        return sum
      }
    }
    var total = Matrix(rows: 2 * n, columns: 2 * n)
    for sum in sums.flatMap(\.self) { total.add(sum, scaledBy: 1 / Double(2 * pairs)) }
    guard let factor = try? CholeskyFactor(factoring: total) else {
      throw InferenceError.notAnOptimum
    }
    var rows = Matrix(rows: n, columns: 2 * n)
    rows.addToDiagonal(Array(repeating: 1, count: n))
    factor.solve(rows: &rows)
    return Tensor(rows.taking(columns: Array(0..<n)).scalars, shape: [n, n])
  }

  /// The locations and scales of the unconstrained values, `[n]` each.
  private func meanField(of density: LogDensity) throws -> (mean: [Double], deviation: [Double]) {
    switch state.guide {
    case let guide as AutoNormal.Prepared:
      let fitted = guide.logJoint.sites.map { guide.fitted($0, parameters) }
      let names = guide.logJoint.sites.map(\.name)
      func flat(_ values: [Tensor]) -> [Double] {
        density.vector.flat(Dictionary(uniqueKeysWithValues: zip(names, values))).scalars
      }
      return (flat(fitted.map(\.0)), flat(fitted.map(\.1)))
    case let guide as JointGuide<AutoDiagonalNormal.Family>:
      let normal = try guide.posterior(parameters)
      return (normal.mean.scalars, sqrt(normal.variance).scalars)
    default:
      throw InferenceError.argument(
        of: "linearResponseCovariance", found: "the guide is \(type(of: state.guide))",
        requirement: "must be AutoNormal or AutoDiagonalNormal on unconstrained coordinates")
    }
  }
}

extension Matrix {
  /// Adds the Hessian of the negative log density of `m + exp(r) z` with respect to m and r, at one draw.
  ///
  /// - Parameters:
  ///   - hessian: That of the log density, `[n, n]` row by row.
  ///   - gradient: The gradient of the log density, `[n]`.
  ///   - shift: The derivative exp(r) z with respect to r, `[n]`.
  fileprivate mutating func add(term hessian: [Double], _ gradient: [Double], _ shift: [Double]) {
    let n = shift.count
    for i in 0..<n {
      for j in 0..<n {
        let curvature = -hessian[i * n + j]
        self[i, j] += curvature
        self[i, n + j] += curvature * shift[j]
        self[n + i, j] += shift[i] * curvature
        self[n + i, n + j] += shift[i] * curvature * shift[j]
      }
      self[n + i, n + i] -= gradient[i] * shift[i]
    }
  }
}
