import PPL

/// The negative evidence lower bound by reparameterized draws from the guide.
///
///     loss = -mean over draws of ( log p(value, data) - log q(value) )
///
/// - Reference: Kucukelbir et al. (2017), *Automatic differentiation variational inference*, eq. (5); keys as NumPyro's
///   `Trace_ELBO`.
public struct TraceELBO: Sendable {
  /// How many draws each step averages.
  public let particles: Int

  public init(particles: Int = 1) {
    precondition(particles > 0, "TraceELBO: particles is \(particles), but must be positive.")
    self.particles = particles
  }

  /// The loss, a scalar.
  ///
  /// - Parameters:
  ///   - parameters: The values of the `parameter` sites of guide and model.
  ///   - key: The key of the step.
  func callAsFunction(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey
  ) throws -> Tensor {
    let keys = particles == 1 ? [key] : key.split(particles)
    let losses = try keys.map { key in
      let (modelKey, guideKey) = key.split()
      let guideTrace = try guide.seeded(by: guideKey).substituting(parameters).trace()
      let modelTrace = try model.seeded(by: modelKey).replaying(guideTrace)
        .substituting(parameters).trace()
      return guideTrace.logDensity() - modelTrace.logDensity()
    }
    return losses.count == 1 ? losses[0] : stack(losses).mean()
  }
}
