import Foundation
import LinearAlgebra
import PPL
import Parallel
import Preconditions

/// A normal distribution of the unconstrained vector `[n]` of a posterior, with its covariance in factored form.
///
///     x = mean + T z,    z ~ Normal(0, I)
///
///     let density = try LogDensity(posterior)
///     let laplace = try GaussianApproximation.atMode(of: density, key: key)
///     let drawn = try laplace.posterior(of: density, draws: 1_000, key: key)
///
/// The coordinates z are those in which the posterior is standard normal where the approximation is right: guides, samplers and
/// score matching use them.
public struct GaussianApproximation: Sendable, Equatable, Codable {
  /// The mean of the unconstrained vector, `[n]`.
  public let mean: [Double]
  /// The factor T of the covariance T Tᵀ: diagonal, diagonal plus low rank, or a lower triangle.
  public let factor: FactoredCovariance
  /// The number of unconstrained values n.
  public var count: Int { mean.count }
  /// The standard deviations of the unconstrained values, `[n]`.
  public var standardDeviations: [Double] { factor.variances.map { $0.squareRoot() } }

  /// The normal distribution with this mean and covariance factor.
  ///
  /// - Precondition: Both have the same number n of unconstrained values.
  public init(mean: [Double], factor: FactoredCovariance) {
    require(
      mean.count == factor.count,
      "GaussianApproximation: a mean of \(mean.count) numbers with a factor of \(factor.count).")
    (self.mean, self.factor) = (mean, factor)
  }

  /// The point `mean + T z` of standardized coordinates z, `[n]`.
  ///
  /// - Complexity: O(n) for a diagonal factor, O(k n) with k directions, O(n²) for a dense one.
  public func point(at z: [Double]) -> [Double] {
    var x = mean
    write(pointAt: z, &x)
    return x
  }

  /// Writes `mean + T z` into `x`, without allocation.
  func write(pointAt z: [Double], _ x: inout [Double]) {
    factor.apply(z, &x)
    for i in mean.indices { x[i] += mean[i] }
  }

  /// The standardized coordinates z of a point x, `[n]`: the solution of `x = mean + T z`.
  ///
  /// - Complexity: As `point(at:)`.
  public func coordinates(of x: [Double]) -> [Double] {
    var z = mean
    factor.applyInverse(difference(x, mean), &z)
    return z
  }

  /// The log density at a point x, `[n]`.
  ///
  /// - Complexity: As `point(at:)`.
  public func logDensity(at x: [Double]) -> Double { logDensity(atCoordinates: coordinates(of: x)) }

  /// The log density of x at its standardized coordinates z, `[n]`.
  func logDensity(atCoordinates z: [Double]) -> Double {
    -0.5 * (dot(z, z) + Double(count) * log(2 * Double.pi)) - factor.logDeterminant
  }

  /// The standardized coordinates of a draw, by its index: the draw of an index does not depend on the number of draws.
  func coordinates(ofDraw index: Int, key: RandomKey) -> [Double] {
    key.foldIn(UInt32(truncatingIfNeeded: index)).normal([count]).scalars
  }
}

/// The purposes of keys that are folded out of a key whose numbers from 0 belong to draws or starts, and so are counted from
/// above all of those.
enum GaussianKeys: UInt32 {
  /// Random numbers of the model that are not sites.
  case modelRuns = 0xFFFF_FF00
  /// Rounds of importance draws after the first.
  case rounds
  /// The start of the search for eigenvectors of the Hessian.
  case curvature
}

extension RandomKey {
  func foldIn(_ purpose: GaussianKeys) -> RandomKey { foldIn(purpose.rawValue) }
}

// MARK: - Draws

extension GaussianApproximation {
  /// Unconstrained draws, `[S, n]`.
  ///
  /// - Parameters:
  ///   - count: The number of draws S.
  ///   - key: The key of the draws.
  /// - Throws: `InferenceError.count` unless the number is positive.
  public func draws(_ count: Int, key: RandomKey) throws -> Tensor {
    try demandCount(count, "the number of draws")
    var rows: [Double] = []
    rows.reserveCapacity(count * self.count)
    for index in 0..<count { rows += point(at: coordinates(ofDraw: index, key: key)) }
    return Tensor(rows, shape: [count, self.count])
  }

  /// Draws on the supports of the sites as a posterior, with every deterministic site computed for each.
  ///
  /// - Parameters:
  ///   - density: The log density that was approximated.
  ///   - count: The number of draws.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.argument` for the density of another number of values, `.count` unless the number of draws is
  ///   positive; `ModelError` from a run of the model.
  /// - Complexity: One run of the model for each draw.
  public func posterior(
    of density: LogDensity, draws count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Posterior {
    try demandSize(of: density)
    return try density.posterior(
      of: density.logJoint.model, unconstrained: draws(count, key: key),
      key: key.foldIn(GaussianKeys.modelRuns), pool: pool,
      origin: .init(method: "GaussianApproximation"))
  }

  /// Checks that the approximation belongs to a density.
  func demandSize(of density: LogDensity) throws(InferenceError) {
    try demand(
      count == density.count, of: "GaussianApproximation",
      "the mean has \(count) numbers", "the density has \(density.count) unconstrained values")
  }
}
