/// A parameter of a GEV distribution that varies in space and with global warming.
public enum GEVQuantity: Sendable, Equatable {
  /// The location in the mean climate, in the unit of the maxima.
  case location
  /// The change of the location per °C of global warming.
  case rate
  /// The scale, in the unit of the maxima; its fields are those of its logarithm.
  case scale
  /// The shape, without a unit.
  case shape
}
