import LinearAlgebra
import PPL
import Parallel

/// Maximum likelihood estimates with their asymptotic covariance, the result of `MaximumLikelihood.fit`.
///
///     print(fit)  // by which tests it converged
///     print(fit.table())
public struct MaximumLikelihoodFit: Sendable {
  /// The model; parameters of the fitted model are latent here.
  public let model: Model<Void>
  /// The log likelihood of the unconstrained vector, compiled.
  public let density: LogDensity
  /// The asymptotic normal distribution of the unconstrained estimates: the inverse of the observed information as its
  /// covariance, or the sandwich of `clustered(by:)`.
  public let approximation: GaussianApproximation
  /// The largest log likelihood, in nats.
  public let logLikelihood: Double
  /// The estimate of each latent site and parameter, on its support.
  public let estimates: [String: Tensor]
  /// The number of data, for the BIC: the elements of observed sites that are not masked.
  public let observations: Int
  /// The end of the search, and the tests by which it is a maximum.
  public let convergence: MaximumLikelihoodConvergence
  /// The clusters of a sandwich covariance; nil for that of independent data.
  public internal(set) var clusters: ClusterScores?

  /// The square root A of the covariance A Aᵀ of all numbers on their supports, `[m, n]`.
  private let root: Matrix
  /// The asymptotic distribution by the observed information.
  let information: GaussianApproximation

  init(
    _ end: ModeSearch.End, model: Model<Void>, density: LogDensity, searches: Int, agreeing: Int
  ) throws {
    guard let curvature = end.curvature else { throw InferenceError.notAMode }
    let found = curvature.approximation(end.point)
    (self.model, self.density) = (model, density)
    logLikelihood = end.value + density.logJoint.constantTerm
    (approximation, information) = (found, found)
    let (logJoint, vector) = (density.logJoint, density.vector)
    estimates = try logJoint.constrained(vector.named(Tensor(end.point)))
      .filter { name, _ in vector.sites.contains { $0.name == name } }
    observations = try logJoint.trace(at: vector.named(Tensor(end.point))).likelihoodSites
      .reduce(0) { $0 + $1.dataCount }
    convergence = MaximumLikelihoodConvergence(
      end, curvature, searches: searches, agreeing: agreeing)
    root = try Self.root(density, found)
  }

  /// The fit with another asymptotic distribution of its estimates.
  init(
    _ other: MaximumLikelihoodFit, _ approximation: GaussianApproximation, _ clusters: ClusterScores
  ) throws {
    (model, density, information) = (other.model, other.density, other.information)
    (logLikelihood, estimates) = (other.logLikelihood, other.estimates)
    (observations, convergence) = (other.observations, other.convergence)
    (self.approximation, self.clusters) = (approximation, clusters)
    root = try Self.root(density, approximation)
  }

  /// The square root of the covariance of the numbers of all sites, by the delta method.
  private static func root(
    _ density: LogDensity, _ approximation: GaussianApproximation
  ) throws -> Matrix {
    let (logJoint, vector) = (density.logJoint, density.vector)
    let jacobian = try Jacobian(
      of: { x in
        let values = try logJoint.constrained(vector.named(x))
        return flattened(vector.sites.compactMap { values[$0.name] })
      }, at: approximation.mean)
    return Matrix.product(jacobian.matrix, approximation.factor.dense)
  }

  /// The number of estimated numbers, the unconstrained ones: of a simplex of K shares, K - 1.
  public var parameterCount: Int { density.count }

  /// The names of the estimated sites, in model order.
  public var names: [String] { density.vector.sites.map(\.name) }

  /// The names of the estimated numbers, in model order: `mu`, `theta[0]`.
  public var elementNames: [String] { names.flatMap { shaped($0).elementNames(of: $0) } }

  /// The standard error of each estimate, on its support, by the delta method; of the shapes of the estimates.
  public var standardErrors: [String: Tensor] {
    let pairs = rows.map { name, rows in
      (
        name,
        Tensor(
          rows.map { i in
            let row = Array(root.row(i))
            return dot(row, row).squareRoot()
          }, shape: estimates[name]?.shape ?? [])
      )
    }
    return Dictionary(pairs) { $1 }
  }

  /// The covariance of two estimates, of the shape of the first, then that of the second: a scalar of two numbers.
  ///
  /// - Throws: `InferenceError.unknownSite` for a name that is not estimated.
  public func covariance(_ first: String, _ second: String) throws(InferenceError) -> Tensor {
    let (a, b) = (try rows(of: first), try rows(of: second))
    let values = a.flatMap { i in b.map { dot(Array(root.row(i)), Array(root.row($0))) } }
    return Tensor(
      values, shape: (estimates[first]?.shape ?? []) + (estimates[second]?.shape ?? []))
  }

  /// Draws of the asymptotic normal distribution in unconstrained coordinates, as a posterior, with deterministic sites.
  ///
  /// - Parameters:
  ///   - count: The number of draws.
  ///   - key: The key of the draws.
  ///   - pool: The threads that share the draws.
  /// - Throws: `InferenceError.count` unless the number is positive; `ModelError` from a run of the model.
  public func draws(
    _ count: Int, key: RandomKey, pool: WorkPool = .automatic
  ) throws -> Posterior {
    try density.posterior(
      of: density.logJoint.model, unconstrained: approximation.draws(count, key: key),
      key: key.foldIn(GaussianKeys.modelRuns), pool: pool,
      origin: .init(method: "maximum likelihood", isIndependent: true))
  }

  /// The rows of `root` that belong to each site.
  private var rows: [(name: String, rows: Range<Int>)] {
    var start = 0
    return names.map { name in
      defer { start += estimates[name]?.count ?? 0 }
      return (name, start..<start + (estimates[name]?.count ?? 0))
    }
  }

  private func rows(of name: String) throws(InferenceError) -> Range<Int> {
    guard let found = rows.first(where: { $0.name == name }) else {
      throw .unknownSite(name, known: names)
    }
    return found.rows
  }

  /// The estimate of a site as one draw.
  private func shaped(_ name: String) -> Draws {
    let value = estimates[name] ?? .zeros([])
    return Draws(count: 1, sites: [(name, value.reshaped(to: [1] + value.shape))])
  }
}

extension Site {
  /// The number of elements of an observed site that are not masked; 0 for a factor.
  fileprivate var dataCount: Int {
    guard kind == .sample, let distribution else { return 0 }
    let events =
      mask.map { $0.broadcast(to: distribution.batchShape).sum().scalar }
      ?? Double(distribution.batchShape.reduce(1, *))
    return Int(events) * distribution.eventShape.reduce(1, *)
  }
}
