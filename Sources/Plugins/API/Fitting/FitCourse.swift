/// The record of how a fit went, as numbers and in words.
///
/// In JSON its verdict and the numbers of the backend lie beside the numbers of a report: `beside(_:)`.
public struct FitCourse: Sendable {
  /// Whether the fit converged.
  public private(set) var isConverged: Bool
  /// The diagnosis of convergence in words, a sentence.
  public private(set) var verdict: String
  /// The reason why the fit is of no use, a sentence; nil if it is of use.
  public private(set) var failure: String?
  /// The lines before the verdict: steps and speed first, then what was out of the ordinary.
  public let facts: [String]
  /// The lines after the verdict.
  public let remarks: [String]
  /// The numbers that the backend keeps, an object in JSON.
  public let numbers: any Encodable & Sendable
  /// The number of steps, those before a checkpoint included; nil for a backend without steps.
  public let stepCount: Int?
  /// Wall time of this run in seconds; for a run that was finished before, that of the run that took its last steps.
  public let seconds: Double

  /// A record of how a fit went; one that failed has not converged, and its failure is its verdict.
  ///
  /// - Parameters:
  ///   - isConverged: Whether the fit converged.
  ///   - verdict: The diagnosis of convergence, a sentence.
  ///   - failure: The reason why the fit is of no use, a sentence; nil if it is of use.
  ///   - facts: The lines before the verdict.
  ///   - remarks: The lines after the verdict.
  ///   - numbers: The numbers that the backend keeps.
  ///   - stepCount: The number of steps; nil for a backend without steps.
  ///   - seconds: Wall time in seconds.
  public init(
    isConverged: Bool, verdict: String, failure: String? = nil, facts: [String] = [],
    remarks: [String] = [], numbers: any Encodable & Sendable, stepCount: Int? = nil,
    seconds: Double
  ) {
    (self.isConverged, self.verdict) = (isConverged && failure == nil, failure ?? verdict)
    (self.failure, self.facts, self.remarks) = (failure, facts, remarks)
    (self.numbers, self.stepCount, self.seconds) = (numbers, stepCount, seconds)
  }

  /// The course in words, a line a fact.
  public var lines: [String] { facts + [verdict] + remarks }

  /// The course of a fit with a flaw that its draws show; a failure of the fit itself stays.
  func failed(_ flaw: String?) -> FitCourse {
    guard failure == nil, let flaw else { return self }
    var course = self
    (course.isConverged, course.verdict, course.failure) = (false, flaw, flaw)
    return course
  }

  /// The numbers of a report with `converged`, `verdict` and the numbers of the backend, as one object of JSON.
  public func beside(_ numbers: some Encodable & Sendable) -> any Encodable & Sendable {
    NumbersWithCourse(numbers: numbers, course: self)
  }
}

private struct NumbersWithCourse<Numbers: Encodable & Sendable>: Encodable, Sendable {
  let numbers: Numbers
  let course: FitCourse

  private enum CodingKeys: String, CodingKey { case converged, verdict }

  func encode(to encoder: any Encoder) throws {
    try numbers.encode(to: encoder)
    try course.numbers.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(course.isConverged, forKey: .converged)
    try container.encode(course.verdict, forKey: .verdict)
  }
}
