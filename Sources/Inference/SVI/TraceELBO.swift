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
  /// How many threads share them; worth their while where a particle takes some tens of microseconds.
  public let threads: Threads

  public init(particles: Int = 1, threads: Threads = .one) {
    precondition(particles > 0, "TraceELBO: particles is \(particles), but must be positive.")
    (self.particles, self.threads) = (particles, threads)
  }

  /// The loss by one draw, a scalar.
  ///
  /// - Parameters:
  ///   - parameters: The values of the `parameter` sites of guide and model.
  ///   - key: The particle's key.
  func callAsFunction(
    _ model: Model<Void>, _ guide: Model<Void>, parameters: [String: Tensor], key: RandomKey
  ) throws -> Tensor {
    let (modelKey, guideKey) = key.split()
    let guideTrace = try guide.seeded(by: guideKey).substituting(parameters).trace()
    let modelTrace = try model.seeded(by: modelKey).replaying(guideTrace)
      .substituting(parameters).trace()
    return guideTrace.logDensity() - modelTrace.logDensity()
  }
}
