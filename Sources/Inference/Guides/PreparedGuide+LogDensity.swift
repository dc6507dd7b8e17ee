import Distributions
import PPL

/// The log density of a fitted guide over unconstrained values of the latent sites, by name: a scalar that can be recorded.
public typealias GuideLogDensity =
  @Sendable (_ unconstrained: [String: Tensor]) throws -> Tensor

extension PreparedGuide {
  public func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity {
    let fitted = try fittedModel(parameters)
    return { unconstrained in
      let (values, logVolumes) = try target.placed(unconstrained)
      let trace: Trace
      do {
        trace = try fitted.substituting(values).trace()
      } catch ModelError.missingKey(let site) {
        throw InferenceError.guideWithoutDensity(site: site)
      }
      var sum = Tensor(0)
      for var site in trace.latent {
        guard !(site.distribution is Delta) else {
          throw InferenceError.guideWithoutDensity(site: site.name)
        }
        site.scale = nil
        if let density = site.logDensity() { sum = sum + density }
        if let logVolume = logVolumes[site.name] { sum = sum + logVolume }
      }
      return sum
    }
  }
}

extension AutoNormal.Prepared {
  /// The sum of normal log densities.
  func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity {
    let normals = logJoint.sites.map { site in
      let (loc, scale) = fitted(site, parameters)
      return (name: site.name, normal: Normal(loc, scale))
    }
    return { unconstrained in
      try normals.reduce(Tensor(0)) { sum, own in
        guard let x = unconstrained[own.name] else { throw InferenceError.missingValue(own.name) }
        return sum + own.normal.logProb(x).sum()
      }
    }
  }
}

extension JointGuide {
  /// The log density of the joint distribution at the vector of all sites.
  public func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity {
    let joint = try posterior(parameters)
    guard !(joint is Delta) else {
      throw InferenceError.guideWithoutDensity(site: vector.sites.first?.name ?? "")
    }
    return { [vector] unconstrained in
      if let site = vector.sites.first(where: { unconstrained[$0.name] == nil }) {
        throw InferenceError.missingValue(site.name)
      }
      return joint.logProb(vector.flat(unconstrained))
    }
  }
}

extension AutoDelta.Prepared {
  /// None: a point has no density.
  func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity {
    throw InferenceError.guideWithoutDensity(site: logJoint.sites.first?.name ?? "")
  }
}

extension AutoGuideList.Prepared {
  /// The sum over the parts, which are independent.
  func logDensity(
    parameters: [String: Tensor], of target: LogJoint
  ) throws -> GuideLogDensity {
    let densities = try parts.map { try $0.logDensity(parameters: parameters, of: target) }
    return { unconstrained in
      try densities.reduce(Tensor(0)) { try $0 + $1(unconstrained) }
    }
  }
}
