import Distributions
import PPL

/// A distribution of vectors `[n]` whose elements have marginal quantiles in closed form, as then has a `JointGuide` of it.
public protocol HasElementQuantiles: Distribution {
  /// The quantiles of each element at levels in [0, 1], `[levels, n]`, and those at one less the levels.
  func elementQuantiles(_ levels: [Double]) -> (low: Tensor, high: Tensor)
}

extension HasMoments {
  /// The quantiles of normal marginals.
  fileprivate func normalQuantiles(_ levels: [Double]) -> (low: Tensor, high: Tensor) {
    let spread = sqrt(variance) * normalQuantile(Tensor(levels, shape: [levels.count, 1]))
    return (mean + spread, mean - spread)
  }
}

extension MultivariateNormal: HasElementQuantiles {
  public func elementQuantiles(_ levels: [Double]) -> (low: Tensor, high: Tensor) {
    normalQuantiles(levels)
  }
}

extension LowRankMultivariateNormal: HasElementQuantiles {
  public func elementQuantiles(_ levels: [Double]) -> (low: Tensor, high: Tensor) {
    normalQuantiles(levels)
  }
}

extension Independent: HasElementQuantiles where Base: HasQuantiles {
  public func elementQuantiles(_ levels: [Double]) -> (low: Tensor, high: Tensor) {
    // Normal ones by symmetry, to the digits of the other normal vectors.
    if let normal = self as? Independent<Normal> { return normal.normalQuantiles(levels) }
    func quantiles(_ p: [Double]) -> Tensor { base.icdf(Tensor(p, shape: [p.count, 1])) }
    return (quantiles(levels), quantiles(levels.map { 1 - $0 }))
  }
}
