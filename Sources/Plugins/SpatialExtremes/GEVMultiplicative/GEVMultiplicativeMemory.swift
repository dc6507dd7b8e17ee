import Plugins

/// The memory that a fit of the model needs, estimated before anything is allocated.
///
/// Nearly all of it is taken by matrices of stations by stations: covariances of the two fields, their Cholesky factors and the
/// reverses of both.
struct GEVMultiplicativeMemory {
  let stations, years: Int

  /// How many threads summarize draws, each with factors of its own.
  let threads: Int

  /// Matrices of stations by stations that exist at once: while a step is replayed, and in each thread while draws are
  /// summarized. Counted from the plans of the recorded programs; a test holds them to it.
  static let matricesOfAStep = 12
  static let matricesOfAThread = 6

  /// Arrays of stations by years that exist at once.
  static let arraysOfData = 7

  /// Bytes, about.
  var bytes: Int {
    let matrices = max(Self.matricesOfAStep, Self.matricesOfAThread * (threads + 1))
    return 8 * stations * (matrices * stations + Self.arraysOfData * years)
  }

  /// - Throws: `GEVMultiplicativeFailure.tooLarge` if the machine has less left.
  func require(on machine: MachineMemory) throws(GEVMultiplicativeFailure) {
    guard let available = machine.available, bytes > available else { return }
    var most = stations
    while most > 1,
      Self(stations: most, years: years, threads: threads).bytes > available
    {
      // The need falls at most with the square of the stations, so that no step goes too far.
      let need = Self(stations: most, years: years, threads: threads).bytes
      let share = (Double(available) / Double(need)).squareRoot()
      most = min(most - 1, Int(Double(most) * share))
    }
    throw .tooLarge(
      stations: stations, years: years, bytes: bytes, available: available, most: most)
  }
}
