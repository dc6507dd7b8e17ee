import Assimilation

/// A scheme that is compared with others, by its name in tables.
protocol ComparedScheme: RawRepresentable<String>, Hashable, Sendable {
  /// The schemes that are compared with the optimum, in the order of tables.
  static var compared: [Self] { get }
  /// The colour and mark in figures.
  var appearance: SchemeAppearance { get }
}

/// The errors of a scheme against those of the optimum.
protocol SchemeResult: Encodable, Sendable {
  /// The score, and its interval from 5 % to 95 %; nil where it is not known.
  var score: Double? { get }
  var low: Double? { get }
  var high: Double? { get }
}

/// The results of all schemes at one point of a sweep.
protocol PointScores: Sendable {
  associatedtype Point: SweepPoint
  associatedtype Scheme: ComparedScheme
  associatedtype Result: SchemeResult
  /// The numbers of the point in JSON.
  associatedtype Numbers: Encodable & Sendable

  var point: Point { get }
  /// The result of each scheme, in the order of tables.
  var results: [(scheme: Scheme, result: Result)] { get }
  var numbers: Numbers { get }
}

extension PointScores {
  subscript(scheme: Scheme) -> Result? { results.first { $0.scheme == scheme }?.result }

  /// The results of the schemes that are compared with the optimum, by name, as in JSON.
  var byName: [String: Result] {
    let compared = Scheme.compared
    return Dictionary(
      uniqueKeysWithValues: results.filter { compared.contains($0.scheme) }.map {
        ($0.scheme.rawValue, $0.result)
      })
  }
}

extension Score {
  /// The 5 % end of the score's interval; nil for a single error.
  var low: Double? { interval?.lowerBound }
  /// The 95 % end of the score's interval; nil for a single error.
  var high: Double? { interval?.upperBound }
}
