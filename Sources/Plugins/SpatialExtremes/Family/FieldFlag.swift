import ArgumentParser
import Kernels
import PPL

extension Option<FieldParameterization?> {
  /// A flag of the parameterization of a field.
  ///
  /// - Parameter field: The name of the field in the help.
  public init(field: String) {
    self.init(
      help: ArgumentHelp(
        "The coordinates in which \(field) is sampled: whitened, centred, partial (by the information of each station), or "
          + "automatic (partial where that exceeds the prior's); if not given, automatic for own data and whitened for the "
          + "embedded example.",
        valueName: "coordinates"))
  }
}

extension StationTensors {
  /// The parameterization of the field of a parameter of the GEV distribution.
  ///
  /// - Parameters:
  ///   - chosen: The parameterization by a flag; that of the data, `fields`, if nil.
  ///   - quantity: The parameter of the distribution.
  ///   - variance: The prior of the variance of the field.
  public func parameterization(
    _ chosen: FieldParameterization?, of quantity: GEVQuantity, variance: Prior
  ) -> GaussianProcess.Parameterization {
    switch resolved(chosen, of: quantity, variance: variance) {
    case .centred: .centred
    case .partial: information.field(of: quantity).parameterization
    case .whitened, .automatic: .whitened
    }
  }

  /// What a choice means for these data: `automatic` is partial where the maxima determine the field better than its prior
  /// does, and whitened elsewhere.
  func resolved(
    _ chosen: FieldParameterization?, of quantity: GEVQuantity, variance: Prior
  ) -> FieldParameterization {
    switch chosen ?? fields {
    case .automatic:
      information.field(of: quantity).meanPrecision * (variance.number ?? 0) > 1
        ? .partial : .whitened
    case let other: other
    }
  }

  /// The sampled site of a field with its value at the start: 0 for a field that is 0, or near its estimates if partial.
  public func start(
    ofField name: String, _ chosen: FieldParameterization?
  ) -> [String: Tensor] {
    let site = (chosen ?? fields) == .centred ? name : "\(name)_u"
    return [site: .zeros([coordinates.shape[0]])]
  }
}
