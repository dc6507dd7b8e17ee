import Autodiff
import Foundation
import LinearAlgebra

/// The particle filter with the optimal proposal for particles with normal kernels of a common covariance Q.
///
///     w_k becomes proportional to w_k N(y; H x_k, H Q Hᵀ + R)
///     x_k becomes x_k + K (y - H x_k) + noise,    K = Q Hᵀ (H Q Hᵀ + R)⁻¹,    noise ~ N(0, (I - K H) Q)
///
/// Particles move to the observations before they are resampled, so that the weights vary less than in the bootstrap filter.
/// Q is kernel² N^(-2/(n + 4)) times the covariance of the particles, so that they are a kernel density of the forecast.
///
/// - Reference: Doucet, Godsill and Andrieu (2000), *On sequential Monte Carlo sampling methods for Bayesian filtering*, section
///   II.D; Bocquet, Pires and Wu (2010), *Beyond Gaussian statistical modeling in geophysical data assimilation*, section 6.
public struct OptimalParticleFilter: WeightedFilter {
  public let members: Int
  public let resampling: Resampling
  public let threshold: Double
  public let jitter: Double
  /// The width of the kernels, as a multiple of N^(-1/(n + 4)) deviations of the particles; 0 makes the bootstrap filter.
  public let kernel: Double

  /// A filter with this number of particles.
  ///
  /// - Parameters:
  ///   - members: The number of particles N, at least 2.
  ///   - kernel: The width of the kernels.
  ///   - resampling: The scheme of resampling.
  ///   - threshold: The effective number of particles, over N, up to which they are resampled.
  ///   - jitter: The strength of the noise of copies.
  public init(
    members: Int, kernel: Double, resampling: Resampling = .systematic, threshold: Double = 0.5,
    jitter: Double = 0
  ) {
    (self.members, self.kernel, self.resampling) = (members, kernel, resampling)
    (self.threshold, self.jitter) = (threshold, jitter)
  }

  public var name: String { "Optimal particle filter" }

  /// Multiplies the weights by the likelihoods of the kernels, draws the particles from the kernels' posteriors, and resamples.
  ///
  /// - Throws: `AnalysisError`, also for exact observations; `FilterError.missing` for a state of another filter;
  ///   `FilterError.noLikelihood`; `FilterError.setting` for a kernel that is negative.
  /// - Complexity: O(p³ / 3 + N (p² + p n) + n³).
  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? {
    try FilterError.check(
      "kernel", kernel, kernel >= 0 && kernel.isFinite, "finite and not negative", of: name)
    guard let (seen, start, weights) = try prepared(state, observations) else { return nil }
    let innovations = Innovations(of: state, self, seen)
    let keys = key.split(3)
    let (count, n) = (start.rows, start.columns)
    guard var root = try state.jitterRoot() else { throw FilterError.missing("weights") }
    root.scale(by: kernel * pow(Double(members), -1 / Double(n + 4)))
    let rows = Matrix.product(root.taking(columns: seen.points), root, transposingFirst: true)
    let K = try KalmanGain(rows: rows, seen)
    // d_k = y - H x_k, whose squares by H Q Hᵀ + R are the weights.
    var differences = start.taking(columns: seen.points)
    differences.shiftRows(
      from: Array(repeating: 0, count: seen.count), to: seen.values, scaledBy: -1)
    var solved = differences
    K.factor.solve(rows: &solved)
    var logWeights = weights.map { log($0) }
    for k in 0..<count {
      for j in 0..<seen.count { logWeights[k] -= differences[k, j] * solved[k, j] / 2 }
    }
    // A draw of the kernel's posterior is a draw q of the kernel, updated by y + e - H (x_k + q).
    var particles = start
    let z = Matrix(rows: count, columns: root.rows, keys[0].normal([count, root.rows]).scalars)
    particles.accumulate(z, root)
    let errors = Matrix(
      rows: count, columns: seen.count, keys[1].normal([count, seen.count]).scalars)
    var updates = particles.taking(columns: seen.points)
    updates.shiftRows(
      from: Array(repeating: 0, count: seen.count), to: seen.values, scaledBy: -1)
    updates.add(errors, scalingColumnsBy: seen.variances.map { $0.squareRoot() })
    K.add(updates, to: &particles)
    var analysed = state
    try finish(&analysed, particles, logWeights: logWeights, key: keys[2])
    state = analysed
    return innovations
  }
}
