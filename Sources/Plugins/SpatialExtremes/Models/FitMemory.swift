import Plugins

/// The memory that a fit of a model needs, counted from the plans of its recorded programs.
///
/// Nearly all of it is taken by matrices of stations by stations: covariances of fields, their Cholesky factors and the
/// gradients of both.
public struct FitMemory: Sendable, Equatable {
  /// The number of matrices of stations by stations that exist at once while a step is replayed.
  public var matricesOfAStep: Int
  /// The number of those that exist in each thread while draws are summarized.
  public var matricesOfAThread: Int
  /// The number of arrays of stations by years that exist at once.
  public var arraysOfData: Int
  /// The number of matrices that a step has for each year, where maxima are missing; 0 by default.
  public var matricesOfAYear: Int

  /// The counts of a model; a test compares them with its programs.
  public init(
    matricesOfAStep: Int, matricesOfAThread: Int, arraysOfData: Int, matricesOfAYear: Int = 0
  ) {
    (self.matricesOfAStep, self.matricesOfAThread) = (matricesOfAStep, matricesOfAThread)
    (self.arraysOfData, self.matricesOfAYear) = (arraysOfData, matricesOfAYear)
  }

  /// The bytes of a fit, about.
  ///
  /// - Parameter threads: The number of threads that summarize draws, each with factors of its own.
  func bytes(stations: Int, years: Int, threads: Int, hasGaps: Bool = false) -> Int {
    let ofYears = hasGaps ? matricesOfAYear * years : 0
    let matrices = max(matricesOfAStep + ofYears, matricesOfAThread * (threads + 1))
    return 8 * stations * (matrices * stations + arraysOfData * years)
  }

  /// Checks the need of a fit against a machine before anything is allocated.
  ///
  /// - Throws: `ExtremesFailure.tooLarge` if the machine has less left.
  func require(
    stations: Int, years: Int, threads: Int, hasGaps: Bool = false, on machine: MachineMemory
  ) throws(ExtremesFailure) {
    func need(_ stations: Int) -> Int {
      bytes(stations: stations, years: years, threads: threads, hasGaps: hasGaps)
    }
    guard let available = machine.available, need(stations) > available else { return }
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
