/// The appearance of a scheme in figures: one colour and one mark for each, the same in static and cycled experiments.
enum SchemeAppearance: Int {
  case lsef, enkf, hybrid, mean, shape, optimum

  /// The place of the scheme in the palette.
  var place: Int { rawValue }
}
