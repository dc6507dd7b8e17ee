import PPL
import PosteriorModels
import TestSupport
import Testing

@testable import Inference

/// Batch and match against the long runs of posteriordb.
@Suite(.enabled(if: PosteriorDB.isThere, "\(PosteriorDB.reason)"))
struct PosteriorDBMatchTests {
  /// Every mean of the weighted draws is within a tenth of a posterior standard deviation, or k-hat says that it is not to be
  /// trusted.
  ///
  /// 1,000 importance draws and 2,000 resampled ones, for time, add errors of some hundredths. Regressions have 8,000, whose
  /// noise of 0.011 is at most 0.04 for the farthest of some 70 means: these are all within 0.06.
  @Test(arguments: PosteriorModel.all)
  func meansAreThoseOfTheLongRunsOrAreNotToBeTrusted(posterior: PosteriorModel) throws {
    let density = try LogDensity(posterior.model())
    let fit = try BatchAndMatch(tolerance: 0.05, importanceDraws: 1_000).run(
      density, key: RandomKey(1), progress: .silent)
    let isRegression = PosteriorModel.regressions.map(\.name).contains(posterior.name)
    let drawn = try fit.posterior(draws: isRegression ? 8_000 : 2_000, key: RandomKey(2))
    let shifts = try PosteriorDB.shifts(of: drawn, posterior.name)
    #expect(fit.state.isAtMode)
    let worst = shifts.max { $0.value.magnitude < $1.value.magnitude }
    let largest = try #require(worst)
    #expect(!isRegression || largest.value.magnitude < 0.06, "\(largest)")
    #expect(
      largest.value.magnitude < 0.1 || fit.importance.khat > 0.7,
      "\(largest.key): off by \(largest.value) standard deviations, k-hat \(fit.importance.khat)")
    // Regressions are nearly normal.
    if isRegression, !posterior.name.hasPrefix("mesquite") {
      #expect(fit.importance.khat < 0.7, "\(fit.verdict)")
    }
  }
}

extension PosteriorDB {
  /// The differences of the means of draws from those of the long runs, in standard deviations of these, by element.
  ///
  /// - Throws: `Unreadable` unless every element of the reference is there.
  static func shifts(of drawn: Inference.Posterior, _ name: String) throws -> [String: Double] {
    let reference = try moments(name)
    var shifts: [String: Double] = [:]
    for site in drawn.draws.names {
      for (index, summary) in drawn.summaries(of: site).enumerated() {
        let element = reference["\(site)[\(index + 1)]"] == nil ? site : "\(site)[\(index + 1)]"
        guard let expected = reference[element] else { continue }
        shifts[element] = (summary.mean - expected.mean) / expected.deviation
      }
    }
    guard shifts.count == reference.count else {
      throw Unreadable(what: "\(name): \(shifts.count) of \(reference.count) elements")
    }
    return shifts
  }
}
