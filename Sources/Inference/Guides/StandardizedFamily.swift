import Distributions
import LinearAlgebra
import PPL

/// A family of normal distributions in the coordinates z of a Gaussian approximation: `x = mean + T z`.
///
/// Its parameters are those of the family of z.
struct StandardizedFamily<Base: JointFamily>: JointFamily {
  let base: Base
  let approximation: GaussianApproximation

  var name: String { base.name }

  func validate(count: Int) throws(InferenceError) {
    try base.validate(count: count)
    try demand(
      count == approximation.count, of: name,
      "the approximation of the coordinates has \(approximation.count) numbers",
      "the model has \(count) unconstrained latent values")
  }

  func distribution(
    _ p: inout Context, start: Tensor, prefix: String
  ) -> any Distribution {
    let z = base.distribution(&p, start: .zeros(start.shape), prefix: prefix)
    return transformed(z)
  }

  private func transformed(_ z: some Distribution) -> any Distribution {
    Transformed(z, approximation.factor.transform(from: approximation.mean))
  }

  /// The normal distribution of x, whose marginal quantiles are in closed form.
  func posterior(
    _ joint: any Distribution, of logJoint: LogJoint
  ) throws -> any Distribution & HasMoments {
    guard let joint = joint as? Transformed else {
      return try base.posterior(joint, of: logJoint)
    }
    let z = try base.posterior(joint.base, of: logJoint)
    let mean = Tensor(approximation.mean)
    let dense = Tensor(approximation.factor.dense.scalars, shape: [mean.count, mean.count])
    let location = mean + matmul(dense, z.mean)
    let isLower = approximation.factor.isLowerTriangular
    switch z {
    case let z as MultivariateNormal where isLower:
      return MultivariateNormal(location, choleskyFactor: matmul(dense, z.choleskyFactor))
    case let z as MultivariateNormal:
      return normal(location, matmul(dense, z.choleskyFactor))
    case let z as LowRankMultivariateNormal:
      let parts = [
        z.factor, sqrt(z.diagonal).expandingDimension(at: 1) * Tensor.identity(mean.count),
      ]
      return normal(location, matmul(dense, concatenate(parts, along: 1)))
    default:
      let scaled = dense * sqrt(z.variance)
      return isLower
        ? MultivariateNormal(location, choleskyFactor: scaled) : normal(location, scaled)
    }
  }

  /// The normal distribution with the covariance F Fᵀ, `[n, k]`.
  private func normal(_ mean: Tensor, _ factor: Tensor) -> MultivariateNormal {
    MultivariateNormal(mean, covariance: matmul(factor, factor.transposed()))
  }
}

extension FactoredCovariance {
  /// Whether T is a lower triangle.
  var isLowerTriangular: Bool {
    if case .lowRank = factor { return false }
    return true
  }

  /// The map `mean + T z` of tensors, which is recorded and differentiated.
  func transform(from mean: [Double]) -> any Transform {
    let scale = Tensor(scales)
    switch factor {
    case .diagonal: return AffineTransform(location: Tensor(mean), scale: scale)
    case .lower(let lower):
      let lower = Tensor(lower.scalars, shape: [count, count])
      return LowerCholeskyAffineTransform(
        location: Tensor(mean), choleskyFactor: scale.expandingDimension(at: 1) * lower)
    case .lowRank(let vectors, let excess):
      return LowRankAffineTransform(
        location: Tensor(mean), scale: scale,
        vectors: Tensor(vectors.scalars, shape: [vectors.rows, count]), excess: Tensor(excess))
    }
  }
}

/// The affine transform of vectors `y = location + D (I + sum_k f_k u_k u_kᵀ) x` with orthonormal rows u and a diagonal D.
///
/// - Complexity: O(k n) for each vector.
struct LowRankAffineTransform: Transform {
  let location, scale, vectors, excess: Tensor

  var domainEventRank: Int { 1 }

  private func corrected(_ x: Tensor, by excess: Tensor) -> Tensor {
    excess.count == 0 ? x : x + matmul(matmul(x, vectors.transposed()) * excess, vectors)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { location + scale * corrected(x, by: excess) }

  func inverse(_ y: Tensor) -> Tensor {
    corrected((y - location) / scale, by: 1 / (1 + excess) - 1)
  }

  func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    (log(scale).sum() + log(1 + excess).sum()).broadcast(to: Array(x.shape.dropLast()))
  }
}
