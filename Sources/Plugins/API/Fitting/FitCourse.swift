import Foundation

/// The diagnostics of a fit, as numbers and as text.
///
/// In JSON its verdict and the numbers of the backend are added to those of a report by `merged(with:)`.
public struct FitCourse: Sendable {
  /// Whether the fit converged.
  public internal(set) var isConverged: Bool
  /// The diagnosis of convergence, a sentence.
  public internal(set) var verdict: String
  /// The report on the search alone, a line where another test has the verdict on the fit.
  let searchReport: String
  /// The reason why the fit is invalid, a sentence; nil if it is valid.
  public private(set) var failure: String?
  /// The lines before the verdict: steps and speed first, then anomalies.
  public internal(set) var facts: [String]
  /// The lines after the verdict.
  public internal(set) var remarks: [String]
  /// The numbers of the backend, an object in JSON.
  public let numbers: any Encodable & Sendable
  /// The numbers by which the fit is judged.
  public internal(set) var diagnostics: FitDiagnostics
  /// The effort of the fit.
  public private(set) var sampling: FitSampling
  /// The number of steps, including those before a checkpoint; nil for a backend without steps.
  public let stepCount: Int?
  /// Whether the course is that of an earlier run, to which this one has added nothing.
  var isOfEarlierRun = false
  /// Wall time in seconds, of all runs that were resumed.
  public private(set) var seconds: Double

  /// The diagnostics of a fit; a failed one has not converged, and its failure is its verdict.
  ///
  /// - Parameters:
  ///   - isConverged: Whether the fit converged.
  ///   - verdict: The diagnosis of convergence, a sentence.
  ///   - searchReport: The report on the search alone, for fits whose approximation is judged too; the verdict if nil.
  ///   - failure: The reason why the fit is invalid, a sentence; nil if it is valid.
  ///   - facts: The lines before the verdict.
  ///   - remarks: The lines after the verdict.
  ///   - numbers: The numbers of the backend, whose names win over those of `diagnostics` and `sampling`.
  ///   - diagnostics: The numbers by which the fit is judged.
  ///   - sampling: The effort of the fit; its time alone if nil.
  ///   - stepCount: The number of steps; nil for a backend without steps.
  ///   - seconds: Wall time in seconds.
  public init(
    isConverged: Bool, verdict: String, searchReport: String? = nil, failure: String? = nil,
    facts: [String] = [], remarks: [String] = [], numbers: any Encodable & Sendable,
    diagnostics: FitDiagnostics = FitDiagnostics(), sampling: FitSampling? = nil,
    stepCount: Int? = nil, seconds: Double
  ) {
    (self.isConverged, self.verdict) = (isConverged && failure == nil, failure ?? verdict)
    self.searchReport = searchReport ?? verdict
    (self.failure, self.facts, self.remarks) = (failure, facts, remarks)
    (self.numbers, self.stepCount, self.seconds) = (numbers, stepCount, seconds)
    self.diagnostics = diagnostics
    self.sampling = sampling ?? FitSampling(seconds: seconds)
  }

  /// The lines of text: facts, verdict and remarks.
  public var lines: [String] { facts + [verdict] + remarks }

  /// The course with the time of the run that was resumed added to its own, and a line that says so.
  ///
  /// - Parameter earlier: The wall time of the earlier run in seconds; 0 if there was none.
  func resumed(after earlier: Double) -> FitCourse {
    guard earlier > 0 else { return self }
    var course = self
    course.seconds += earlier
    course.sampling.seconds = course.seconds
    course.facts.append(
      String(format: "%.2f s in all, with the run that was resumed", course.seconds))
    return course
  }

  /// The course with a failure found in the draws, unless the fit has failed already.
  func failed(_ flaw: String?) -> FitCourse {
    guard failure == nil, let flaw else { return self }
    var course = self
    (course.isConverged, course.verdict, course.failure) = (false, flaw, flaw)
    return course
  }

  /// The numbers of a report with `converged`, `verdict`, `diagnostics`, `sampling` and the numbers of the backend, as one
  /// object of JSON.
  public func merged(with numbers: some Encodable & Sendable) -> any Encodable & Sendable {
    NumbersWithCourse(numbers: numbers, course: self)
  }
}

extension FitCourse {
  private enum VerdictKeys: String, CodingKey { case converged, verdict }

  fileprivate func encodeVerdict(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: VerdictKeys.self)
    try container.encode(isConverged, forKey: .converged)
    try container.encode(verdict, forKey: .verdict)
  }
}

private struct NumbersWithCourse<Numbers: Encodable & Sendable>: Encodable, Sendable {
  let numbers: Numbers
  let course: FitCourse

  private enum CodingKeys: String, CodingKey { case diagnostics, sampling }

  private struct Diagnostics: Encodable {
    let course: FitCourse

    func encode(to encoder: any Encoder) throws {
      try course.diagnostics.encode(to: encoder)
      try course.encodeVerdict(to: encoder)
    }
  }

  func encode(to encoder: any Encoder) throws {
    try numbers.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Diagnostics(course: course), forKey: .diagnostics)
    try container.encode(course.sampling, forKey: .sampling)
    try course.numbers.encode(to: encoder)
    try course.encodeVerdict(to: encoder)
  }
}
