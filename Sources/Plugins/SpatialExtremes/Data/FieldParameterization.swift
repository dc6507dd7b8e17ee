import ArgumentParser

/// The parameterization of a spatial field, the value of a flag such as `--mu-field`.
///
///     @Option(field: "mu(s)") public var muField: FieldParameterization?
///
/// It changes the sampled sites and the work of a fit, but not the posterior.
public enum FieldParameterization: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// Independent standard normal coordinates.
  case whitened
  /// The values of the field at the stations.
  case centred
  /// Coordinates that are nearly standard normal given the maxima, by the Fisher information of each station.
  case partial
  /// Partial where the maxima determine the field better than its prior does, and whitened elsewhere.
  case automatic
}
