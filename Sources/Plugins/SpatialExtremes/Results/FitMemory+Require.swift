extension FitMemory {
  /// Checks the need of a fit against the memory of a machine before anything is allocated.
  ///
  /// - Parameter available: The number of bytes that the machine has left; nil if it is not known.
  /// - Throws: `ExtremesFailure.tooLarge` if the machine has less left.
  func require(
    stations: Int, years: Int, threads: Int, hasGaps: Bool = false, chains: Int = 1,
    partialFields: Int = 0, available: Int?
  ) throws(ExtremesFailure) {
    func need(_ stations: Int) -> Int {
      bytes(
        stations: stations, years: years, threads: threads, hasGaps: hasGaps, chains: chains,
        partialFields: partialFields)
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
