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

  /// The counts of a model that is a sum of terms, from those of the models of this plugin.
  public init(fields: Int, terms: Int) {
    self.init(
      matricesOfAStep: 6 * fields, matricesOfAThread: 4 + 2 * fields,
      arraysOfData: 5 + 2 * terms)
  }

  /// The counts of a model; a test compares them with its programs.
  public init(
    matricesOfAStep: Int, matricesOfAThread: Int, arraysOfData: Int, matricesOfAYear: Int = 0
  ) {
    (self.matricesOfAStep, self.matricesOfAThread) = (matricesOfAStep, matricesOfAThread)
    (self.arraysOfData, self.matricesOfAYear) = (arraysOfData, matricesOfAYear)
  }

  /// The counts of the model with a copula over the stations of a year.
  var withCopula: FitMemory {
    FitMemory(
      matricesOfAStep: matricesOfAStep + 14, matricesOfAThread: matricesOfAThread,
      arraysOfData: arraysOfData + 18, matricesOfAYear: 2)
  }

  /// The bytes of a fit, about.
  ///
  /// - Parameters:
  ///   - threads: The number of threads that summarize draws, each with factors of its own.
  ///   - chains: The number of programs of a step that exist at once.
  ///   - partialFields: The number of fields that are partially whitened, by factors of their own.
  func bytes(
    stations: Int, years: Int, threads: Int, hasGaps: Bool = false, chains: Int = 1,
    partialFields: Int = 0
  ) -> Int {
    let ofYears = hasGaps ? matricesOfAYear * years : 0
    let ofAStep = matricesOfAStep + ofYears + Self.matricesOfAPartialField * partialFields
    let ofAThread = matricesOfAThread + Self.matricesOfAPartialDraw * partialFields
    let matrices = max(ofAStep * chains, ofAThread * (threads + 1))
    return 8 * stations * (matrices * stations + arraysOfData * years * chains)
  }

  /// The bytes of some fits at once by one method, about.
  ///
  /// - Parameters:
  ///   - method: What the method needs besides the model.
  ///   - fields: The number of fields over the stations, which have nearly all of the unconstrained values.
  ///   - fits: The number of fits at once.
  func bytes(
    stations: Int, years: Int, threads: Int, hasGaps: Bool = false, partialFields: Int,
    method: MethodMemory, fields: Int, fits: Int = 1
  ) -> Int {
    let ofModel = bytes(
      stations: stations, years: years, threads: threads, hasGaps: hasGaps,
      chains: method.programs, partialFields: partialFields)
    let ofDirections = 8 * stations * years * arraysOfData * method.directions
    return fits * (ofModel + ofDirections + method.bytes(values: fields * stations + 20))
  }

  /// The number of further matrices of a step for each field that is partially whitened, and of a draw for the summary.
  static let (matricesOfAPartialField, matricesOfAPartialDraw) = (10, 6)
}
