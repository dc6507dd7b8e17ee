import LinearAlgebra
import PPL

/// A division of the data into clusters, of which only different ones are independent.
public enum DataClusters: Sendable, Equatable, CustomStringConvertible {
  /// The elements of a plate, such as "year": all data of a year are one cluster.
  case plate(String)
  /// The elements along an axis of the batch of each observed site, counted from the left: 0 for rows.
  case axis(Int)
  /// Every element by itself: independent data of a model that may be wrong.
  case each

  public var description: String {
    switch self {
    case .plate(let name): "of plate \"\(name)\""
    case .axis(let axis): "along axis \(axis)"
    case .each: "of one element each"
    }
  }
}

/// An estimate of the information matrix of a sandwich covariance.
public enum InformationEstimate: Sendable, Equatable {
  /// The observed information, the negative Hessian of the log likelihood.
  case observed
  /// The sum of the outer products of the scores of each datum, as the R package SpatialExtremes takes it; the same only for
  /// a right model and many data.
  case scores
}

/// The scores of clusters of data at the estimates: gradients of their log likelihoods.
public struct ClusterScores: Sendable {
  /// The division of the data.
  public let clusters: DataClusters
  /// The number of clusters with data.
  public let count: Int
  /// The penalty tr(J I⁻¹) of `tic`; near the number of parameters for independent data of a right model.
  public let penalty: Double
}

extension MaximumLikelihoodFit {
  /// The fit with the sandwich covariance of data that depend on each other within clusters.
  ///
  ///     I⁻¹ J I⁻¹,    J = K / (K - 1) Σ s sᵀ
  ///
  /// with the observed information I and the scores s of K clusters. Estimates stay: the likelihood is that of independent
  /// data. Standard errors, the delta method, profiles, draws and `tic` take the dependence into account.
  ///
  /// - Parameters:
  ///   - clusters: The division of the data.
  ///   - estimate: The estimate of the information I.
  /// - Throws: `MaximumLikelihoodError.clusters` for a site that does not divide so, `.tooFewClusters` unless there are more
  ///   clusters than parameters.
  /// - Complexity: A gradient for each cluster, and for each datum with `.scores`.
  /// - Reference: Godambe (1960), *An optimum property of regular maximum likelihood estimation*; White (1982), *Maximum
  ///   likelihood estimation of misspecified models*, theorem 3.2; Liang and Zeger (1986), *Longitudinal data analysis using
  ///   generalized linear models*.
  public func clustered(
    by clusters: DataClusters, information estimate: InformationEstimate = .observed
  ) throws -> MaximumLikelihoodFit {
    let factor = information.factor.dense
    // In the coordinates in which the observed information is the identity.
    let (spread, count) = try whiteSpread(clusters, factor)
    guard estimate == .scores else {
      return try with(
        spread, factor, ClusterScores(clusters: clusters, count: count, penalty: spread.trace))
    }
    let inverse = try SymmetricEigen(whiteSpread(.each, factor).spread).applying { 1 / $0 }
    let share = Matrix.product(spread, inverse)
    return try with(
      Matrix.product(inverse, share), factor,
      ClusterScores(clusters: clusters, count: count, penalty: share.trace))
  }

  /// The variance of the sum of the scores of clusters times a factor `[n, n]`, and the number of clusters with data.
  private func whiteSpread(
    _ clusters: DataClusters, _ factor: Matrix
  ) throws -> (spread: Matrix, count: Int) {
    let (logJoint, vector) = (density.logJoint, density.vector)
    let scores = try Jacobian(
      of: { x in
        let sites = try logJoint.trace(at: vector.named(x)).likelihoodSites
        return try clusters.sums(of: sites)
      }, at: information.mean
    ).matrix
    let white = Matrix.product(scores, factor)
    let count = (0..<white.rows).filter { white.row($0).contains { $0 != 0 } }.count
    guard count > density.count else {
      throw MaximumLikelihoodError.tooFewClusters(count, parameters: density.count)
    }
    var spread = Matrix.product(white, white, transposingFirst: true)
    spread.scale(by: Double(count) / Double(count - 1))
    return (spread, count)
  }

  /// The fit whose covariance is `factor inner factorᵀ`.
  private func with(
    _ inner: Matrix, _ factor: Matrix, _ clusters: ClusterScores
  ) throws -> MaximumLikelihoodFit {
    let covariance = Matrix.product(Matrix.product(factor, inner), factor.transposed())
    let scales = covariance.diagonal.map { $0.squareRoot() }
    var correlation = covariance
    for i in scales.indices { correlation.scale(row: i, by: 1 / scales[i]) }
    correlation.scaleColumns(by: scales.map { 1 / $0 })
    guard let root = try? MassMatrix(scales: scales, covariance: correlation) else {
      throw MaximumLikelihoodError.tooFewClusters(clusters.count, parameters: density.count)
    }
    return try MaximumLikelihoodFit(
      self, GaussianApproximation(mean: information.mean, factor: root), clusters)
  }
}

extension DataClusters {
  /// The log likelihood of each cluster, `[K]`.
  ///
  /// - Throws: `MaximumLikelihoodError.clusters` for a site that does not divide so.
  func sums(of sites: [Site]) throws(MaximumLikelihoodError) -> Tensor {
    var total: Tensor?
    for site in sites {
      guard let values = site.logProb(), let parts = sums(values, site.plates),
        total.map({ self == .each || $0.shape == parts.shape }) ?? true
      else { throw .clusters("\(self)", site: site.name) }
      total = total.map { self == .each ? concatenate([$0, parts]) : $0 + parts } ?? parts
    }
    return total ?? .zeros([0])
  }

  /// The sums of log probabilities over all axes but that of the clusters; nil if there is none.
  private func sums(_ values: Tensor, _ plates: [PlateFrame]) -> Tensor? {
    let axis: Int
    switch self {
    case .each: return values.reshaped(to: [-1])
    case .axis(let given): axis = given
    case .plate(let name):
      guard let frame = plates.first(where: { $0.name == name }) else { return nil }
      axis = values.rank + frame.dim
    }
    guard values.shape.indices.contains(axis) else { return nil }
    let others = values.shape.indices.filter { $0 != axis }
    return others.isEmpty ? values : values.sum(along: others)
  }
}
