import Plugins

extension FitMemory {
  /// Checks the need of a fit against the memory of a machine before anything is allocated.
  ///
  /// - Parameters:
  ///   - method: What the method needs besides the model.
  ///   - fields: The number of fields over the stations.
  ///   - fits: The number of fits at once.
  ///   - available: The number of bytes that the machine has left; nil if it is not known.
  /// - Throws: `ExtremesFailure.tooLarge` if the machine has less left.
  func require(
    stations: Int, years: Int, threads: Int, hasGaps: Bool = false, partialFields: Int = 0,
    method: MethodMemory = MethodMemory(), fields: Int = 0, fits: Int = 1, available: Int?
  ) throws(ExtremesFailure) {
    func need(_ stations: Int) -> Int {
      bytes(
        stations: stations, years: years, threads: threads, hasGaps: hasGaps,
        partialFields: partialFields, method: method, fields: fields, fits: fits)
    }
    guard let available, need(stations) > available else { return }
    var most = stations
    while most > 1, need(most) > available {
      // The need falls at most with the square of the stations, so that no step goes too far.
      let share = (Double(available) / Double(need(most))).squareRoot()
      most = min(most - 1, Int(Double(most) * share))
    }
    throw .tooLarge(
      stations: stations, years: years, bytes: need(stations), available: available, most: most)
  }
}
