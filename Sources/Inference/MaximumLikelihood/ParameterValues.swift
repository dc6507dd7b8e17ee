import PPL
import Preconditions

/// The values of the parameters of a model by name, on their supports, of which a quantity is computed.
///
///     try fit.estimate { p in GEV(p["mu"], p["sigma"], p["xi"]).returnLevel(period: 100) }
public struct ParameterValues: Sendable {
  private let values: [String: Tensor]

  init(_ values: [String: Tensor]) { self.values = values }

  /// The value of a latent site or parameter; for a name that there is not, the call that computes the quantity throws.
  public subscript(name: String) -> Tensor {
    if let value = values[name] { return value }
    reportMistake("\(InferenceError.unknownSite(name, known: values.keys.sorted()))")
    return .unknown([])
  }
}

/// A number that depends on the parameters, such as a return level: a function of their values.
public typealias ParameterQuantity = @Sendable (_ values: ParameterValues) throws -> Tensor

extension LogJoint {
  /// The quantity as a function of the unconstrained vector.
  func function(
    _ quantity: @escaping ParameterQuantity
  ) -> @Sendable (Tensor) throws -> Tensor {
    let vector = LatentVector(sites)
    return { try quantity(ParameterValues(self.constrained(vector.named($0)))) }
  }

  /// A latent or deterministic site as a function of the unconstrained vector.
  ///
  /// - Throws: The function throws `InferenceError.unknownSite` for a name that no such site has.
  func function(ofSite name: String) -> @Sendable (Tensor) throws -> Tensor {
    let vector = LatentVector(sites)
    return { x in
      let trace = try self.trace(at: vector.named(x))
      let known = trace.filter { [.sample, .deterministic].contains($0.kind) }
      guard let value = known.first(where: { $0.name == name })?.value else {
        throw InferenceError.unknownSite(name, known: known.map(\.name))
      }
      return value
    }
  }
}
