import LinearAlgebra
import PPL

/// A log posterior in which the data of each cluster have a weight.
///
///     log p(x) + Σ_k w_k l_k(x)
///
/// with the prior p and the log likelihoods l of *K* clusters; a cluster of weight 0 is left out.
struct ClusterDensity: Sendable {
  let density: LogDensity
  let clusters: DataClusters
  /// The number of clusters *K*.
  let count: Int
  /// The mean number of data of a cluster.
  let dataPerCluster: Double

  /// The density with its data in clusters.
  ///
  /// - Throws: `MaximumLikelihoodError.clusters` for a site that does not divide so.
  init(_ density: LogDensity, by clusters: DataClusters, at point: [Double]) throws {
    let sites = try density.logJoint.trace(at: density.vector.named(Tensor(point)))
      .likelihoodSites
    let count = try clusters.sums(of: sites).count
    let data = sites.reduce(0.0) { sum, site in
      sum + (site.mask?.sum().scalar ?? Double(site.logProb()?.count ?? 0))
    }
    (self.density, self.clusters, self.count) = (density, clusters, count)
    dataPerCluster = data / Double(max(count, 1))
  }

  /// The gradient of the log likelihood of each cluster, `[K, n]`.
  ///
  /// - Complexity: K reverse passes.
  func scores(at point: [Double]) throws -> Matrix {
    let (logJoint, vector) = (density.logJoint, density.vector)
    return try Jacobian(
      of: { try clusters.sums(of: logJoint.trace(at: vector.named($0)).likelihoodSites) },
      at: point
    ).matrix
  }

  /// The program of value and gradient `[n]` on the vector `[n]` and the weights `[K]`.
  func program(at point: [Double]) throws -> Program {
    let (logJoint, vector) = (density.logJoint, density.vector)
    let names = vector.sites.map(\.name)
    return try throwingMistakesAsErrors {
      try Program(
        recording: { inputs in
          let weights = inputs[1]
          let (value, gradient) = try valueWithGradient(
            of: { values in
              let x = Dictionary(uniqueKeysWithValues: zip(names, values))
              let (trace, jacobian) = try logJoint.traceWithJacobian(at: x)
              let data = trace.likelihoodSites
              let ofData = Set(data.map(\.name))
              let prior = trace.reduce(jacobian) { sum, site in
                ofData.contains(site.name) ? sum : site.logDensity().map { sum + $0 } ?? sum
              }
              // A cluster that is left out may be outside the support.
              let sums = select(weights .> 0, try clusters.sums(of: data), 0)
              return prior + (weights * sums).sum()
            }, at: vector.split(inputs[0]).map(\.value))
          return [value, flattened(gradient)]
        }, on: [Tensor(point), .full(1, [count])])
    }
  }
}

/// The search for modes under weights, with the memory of one thread.
struct WeightedModeSearch: ~Copyable {
  private let density: ClusterDensity
  /// The normal approximation of the posterior with equal weights, in whose coordinates the search is.
  private let approximation: GaussianApproximation
  private let execution: Execution

  /// The search near the mode of an approximation.
  init(_ density: ClusterDensity, near approximation: GaussianApproximation) throws {
    (self.density, self.approximation) = (density, approximation)
    execution = Execution(try density.program(at: approximation.mean))
  }

  /// The mode under weights `[K]` in the standardized coordinates of the approximation; nil where the search did not end in a
  /// mode, to a hundredth of a standard deviation.
  func mode(weights: [Double]) -> [Double]? {
    let n = approximation.count
    execution.setInput(1, weights)
    var (white, scratch) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    let minimum = LBFGS(iterations: 400, gradientTolerance: 1e-4).minimize(
      from: Array(repeating: 0, count: n)
    ) { z in
      execution.setInput(0, approximation.point(at: z))
      execution.run()
      let gradient = execution.withOutput(1) { output in output.indices.map { -output[$0] } }
      approximation.factor.applyTranspose(gradient, &white, scratch: &scratch)
      return (execution.withOutput(0) { -$0[0] }, white)
    }
    return largest(minimum.gradient) < 1e-2 ? minimum.point : nil
  }
}
