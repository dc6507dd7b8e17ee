import LinearAlgebra
import PPL
import Parallel

extension PosteriorAdjustment {
  /// The adjustment by the scores of clusters for a model in which each cluster has random effects of its own.
  ///
  ///     s_k = E[d log p(y_k | z_k, x) / dx | y],    T Tᵀ = covariance of x,    P = prior information of x
  ///
  /// The other values x are moved as by `sandwich(of:clusters:start:denseLimit:key:pool:)`, with the covariance of their draws in
  /// place of the inverse Hessian, since a joint mode of effects and their variance is no estimate. By Fisher's identity the
  /// score of the likelihood without the effects z is the posterior mean of the score given them; its Monte Carlo error, from
  /// the draws that it is a mean of, is taken off the variance. The effects follow by their regression on x. What the effects
  /// explain is thereby in the posterior, and what they leave in the scores. No direction becomes narrower: the scores of few
  /// clusters vary less than those of many, and the model has stated its dependence.
  ///
  /// - Parameters:
  ///   - density: The log density.
  ///   - clusters: The division of the data.
  ///   - effects: The sites of the random effects, each of which belongs to one cluster.
  ///   - draws: The draws of the posterior, more than twice as many as there are values x.
  ///   - scored: The largest number of draws whose scores are computed.
  ///   - pool: The threads; no digit depends on them.
  /// - Throws: `PosteriorAdjustmentError` for a posterior that cannot be adjusted; `MaximumLikelihoodError.clusters` for data that
  ///   do not divide so; `CancellationError` if the density is interruptible, and interrupted.
  /// - Complexity: K gradients for each of the scored draws, and O(D n²) for D draws of n values.
  /// - Reference: Louis (1982), *Finding the observed information matrix when using the EM algorithm*, J. R. Statist. Soc. B
  ///   44(2), eq. (3.1), for the identity.
  public static func sandwich(
    of density: LogDensity, clusters: DataClusters, effects: Set<String>, draws: Draws,
    scored: Int = 200, pool: WorkPool = .automatic
  ) throws -> PosteriorAdjustment {
    guard density.reads.isEmpty else { throw PosteriorAdjustmentError.notReplayable }
    let latent = try density.logJoint.unconstrained(draws, pool: pool)
    let x = concatenate(
      density.vector.sites.map { latent[$0.name].reshaped(to: [latent.count, -1]) }, along: 1)
    let (n, D) = (density.count, latent.count)
    let isEffect = zip(density.vector.sites, density.vector.ranges).reduce(
      into: Array(repeating: false, count: n)
    ) { flags, site in
      guard effects.contains(site.0.name) else { return }
      for index in site.1 { flags[index] = true }
    }
    let (own, other) = (
      (0..<n).filter { !isEffect[$0] }, (0..<n).filter { isEffect[$0] }
    )
    guard D > 2 * own.count else {
      throw PosteriorAdjustmentError.tooFewDraws(D, needed: 2 * own.count + 1)
    }
    let means = x.mean(along: [0], keepingDimensions: true)
    let mean = means.scalars
    func columns(_ indices: [Int]) -> Tensor {
      (x - means).taking(indices: Tensor(indices.map(Double.init)), along: 1)
    }
    let centred = columns(own)
    let covariance = matmul(centred.transposed(), centred) / Tensor(Double(D - 1))
    let T = cholesky(covariance)
    guard T.scalars.allSatisfy(\.isFinite) else { throw PosteriorAdjustmentError.noMode }
    let data = try ClusterDensity(density, by: clusters, at: mean)
    let scores = try EffectScores(data, own: own, scored: min(scored, D), x: x, pool: pool)
    let prior = try scores.priorInformation(at: mean)
    let likelihood = .identity(own.count) - matmul(T.transposed(), matmul(prior, T))
    let variance = matmul(T.transposed(), matmul(scores.variance, T))
    let parameters = likelihood.diagonal().sum().scalar
    let perDatum = parameters / max(data.dataPerCluster, 1)
    let needed = Int((6 + perDatum).rounded(.up))
    guard data.count >= needed else {
      throw PosteriorAdjustmentError.tooFewClusters(data.count, needed: needed)
    }
    let correction = Double(data.count) / (Double(data.count) - 1 - perDatum)
    let inner = Tensor.identity(own.count) + Tensor(correction) * variance - likelihood
    let symmetric = 0.5 * (inner + inner.transposed())
    guard
      let eigen = try? SymmetricEigen(
        Matrix(rows: own.count, columns: own.count, symmetric.scalars))
    else { throw PosteriorAdjustmentError.noMode }
    let root = Tensor(
      eigen.applying { max($0, 1).squareRoot() }.scalars, shape: [own.count, own.count])
    let inverse = triangularSolve(T, .identity(own.count))
    let ofOwn = matmul(T, matmul(root, inverse))
    // The regression of the effects on the others: B = Cov(z, x) V⁻¹.
    let cross = matmul(centred.transposed(), columns(other)) / Tensor(Double(D - 1))
    let slopes = matmul(inverse.transposed(), matmul(inverse, cross)).transposed()
    let ofOthers = matmul(slopes, ofOwn - .identity(own.count)).scalars
    var map = Matrix(rows: n, columns: n)
    let numbers = ofOwn.scalars
    for (i, row) in own.enumerated() {
      for (j, column) in own.enumerated() { map[row, column] = numbers[i * own.count + j] }
    }
    for (i, row) in other.enumerated() {
      map[row, row] = 1
      for (j, column) in own.enumerated() { map[row, column] = ofOthers[i * own.count + j] }
    }
    return PosteriorAdjustment(
      mode: mean, map: map, clusters: data.count, effectiveParameters: parameters,
      correction: correction, refits: (0, 0))
  }
}

/// The scores of clusters for some values, averaged over draws.
private struct EffectScores {
  /// The variance of the sum of the scores, `[n, n]`, less the Monte Carlo error of the means.
  let variance: Tensor
  private let data: ClusterDensity
  private let own: [Int]

  /// The scores at evenly spaced draws `[D, n]`.
  init(_ data: ClusterDensity, own: [Int], scored: Int, x: Tensor, pool: WorkPool) throws {
    (self.data, self.own) = (data, own)
    let (D, n, K) = (x.shape[0], x.shape[1], data.count)
    let numbers = x.scalars
    let all = try pool.mapParts(of: scored) { part in
      let first = Array(numbers.prefix(n))
      let execution = Execution(try data.program(at: first))
      return try part.map { index in
        try data.density.checkInterruption()
        let draw = index * D / scored
        let point = Array(numbers[(draw * n)..<((draw + 1) * n)])
        func gradient(_ cluster: Int?) -> [Double] {
          execution.setInput(0, point)
          execution.setInput(1, (0..<K).map { $0 == cluster ? 1 : 0 })
          execution.run()
          return execution.withOutput(1) { output in own.map { output[$0] } }
        }
        let prior = gradient(nil)
        return (0..<K).flatMap { k in zip(gradient(k), prior).map { $0 - $1 } }
      }
    }.flatMap(\.self)
    let scores = Tensor(all.flatMap(\.self), shape: [scored, K, own.count])
    let means = scores.mean(along: [0])  // [K, n]
    let centred = means - means.mean(along: [0], keepingDimensions: true)
    let errors = (scores - means).reshaped(to: [scored * K, own.count])
    let noise =
      scored > 1
      ? matmul(errors.transposed(), errors) / Tensor(Double(scored) * Double(scored - 1)) : 0
    variance = matmul(centred.transposed(), centred) - noise
  }

  /// The negative Hessian of the log prior, by central differences of its gradient.
  func priorInformation(at point: [Double]) throws -> Tensor {
    let execution = Execution(try data.program(at: point))
    execution.setInput(1, Array(repeating: 0, count: data.count))
    let step = 1e-4
    let rows = own.map { index in
      func gradient(_ shift: Double) -> [Double] {
        var moved = point
        moved[index] += shift
        execution.setInput(0, moved)
        execution.run()
        return execution.withOutput(1) { output in own.map { output[$0] } }
      }
      return zip(gradient(step), gradient(-step)).map { -($0 - $1) / (2 * step) }
    }
    let information = Tensor(rows: rows)
    return 0.5 * (information + information.transposed())
  }
}
