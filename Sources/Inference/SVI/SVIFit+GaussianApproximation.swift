import Distributions
import LinearAlgebra
import PPL

extension SVIFit {
  /// The fitted guide as a normal distribution of the unconstrained values, in the order of `LogDensity.vector`: its mean and its
  /// covariance, diagonal, diagonal plus low rank, or dense as the guide's.
  ///
  ///     try MCMC(NUTS(), warmup: 50).run(
  ///       posterior, start: .approximation(fit.gaussianApproximation()), key: key)
  ///
  /// - Throws: `InferenceError.argument` for a guide that is neither `AutoNormal` nor a joint distribution of all latent sites,
  ///   `.subsampledSite` for a site whose rows change from step to step; as `JointFamily.posterior(_:of:)`.
  /// - Complexity: O(n) for a diagonal covariance, O(n²) for a dense one, O(n r²) for r factors.
  public func gaussianApproximation() throws -> GaussianApproximation {
    guard let guide = state.guide as? any HasGaussianApproximation else {
      throw InferenceError.argument(
        of: "SVIFit.gaussianApproximation", found: "the guide is \(guideName)",
        requirement: "must be AutoNormal or a joint distribution, as AutoMultivariateNormal")
    }
    return try guide.gaussianApproximation(parameters)
  }

  /// The type of the guide: of `Inference.AutoDelta.Prepared` the second part.
  private var guideName: String {
    let parts = String(reflecting: type(of: state.guide)).split(separator: ".")
    return parts.count > 1 ? String(parts[1]) : parts.joined()
  }
}

/// A guide with a mean and a covariance on unconstrained space.
private protocol HasGaussianApproximation {
  func gaussianApproximation(_ parameters: [String: Tensor]) throws -> GaussianApproximation
}

extension AutoNormal.Prepared: HasGaussianApproximation {
  fileprivate func gaussianApproximation(
    _ parameters: [String: Tensor]
  ) throws -> GaussianApproximation {
    for site in logJoint.sites {
      if let plate = site.plates.first(where: { $0.subsampleSize < $0.size }) {
        throw InferenceError.subsampledSite(site.name, plate: plate.name, guide: "AutoNormal")
      }
    }
    let fitted = logJoint.sites.map { self.fitted($0, parameters) }
    return GaussianApproximation(
      mean: flattened(fitted.map(\.loc)).scalars,
      factor: FactoredCovariance(variances: square(flattened(fitted.map(\.scale))).scalars))
  }
}

extension JointGuide: HasGaussianApproximation {
  fileprivate func gaussianApproximation(
    _ parameters: [String: Tensor]
  ) throws -> GaussianApproximation {
    let joint = try posterior(parameters)
    return GaussianApproximation(
      mean: joint.mean.scalars, factor: try FactoredCovariance(of: joint))
  }
}

extension FactoredCovariance {
  /// The factor of the covariance of a distribution of vectors `[n]`; of the diagonal one of its variances where its type does
  /// not say more.
  ///
  /// - Throws: `NoEigenvalues` for numbers that are not finite.
  fileprivate init(of joint: any Distribution & HasMoments) throws(NoEigenvalues) {
    let deviations = sqrt(joint.variance).scalars
    let count = deviations.count
    switch joint {
    case let joint as MultivariateNormal:
      var lower = Matrix(rows: count, columns: count, joint.choleskyFactor.scalars)
      for i in 0..<count { lower.scale(row: i, by: 1 / deviations[i]) }
      self.init(scales: deviations, lower: lower)
    case let joint as LowRankMultivariateNormal:
      // D (I + Uᵀ U) D with D² the diagonal and the factors U = Wᵀ D⁻¹ as rows.
      let scales = sqrt(joint.diagonal).scalars
      let factors = joint.factor.transposed()
      var rows = Matrix(rows: factors.count / count, columns: count, factors.scalars)
      rows.scaleColumns(by: scales.map { 1 / $0 })
      let (values, vectors) = try rows.rightSingular { _ in 1e-12 }
      self.init(scales: scales, vectors: vectors, eigenvalues: values.map { 1 + $0 })
    default:
      self.init(variances: joint.variance.scalars)
    }
  }
}
