import Foundation
import Inference

extension FitCourse {

  /// The course of a fit whose approximation was not judged: its search may have converged, and nothing more is known.
  ///
  /// - Parameter reason: The reason in words, which complete "the fit".
  func unjudged(_ reason: String) -> FitCourse {
    var course = self
    if isConverged {
      course.facts.append(searchReport)
      (course.isConverged, course.verdict) = (
        false, "the fit \(reason), so that it is not known whether it can be trusted."
      )
    } else {
      course.remarks.append("the fit \(reason)")
    }
    return course
  }

  /// The course of a fit whose approximation is judged: it has converged only if the approximation can be trusted too.
  ///
  ///     let diagnosis = ApproximationDiagnosis(try ImportanceSample(of: density, at: x, logProposal: logQ))
  ///     course.judged(by: diagnosis)
  ///
  /// A verdict that the search has converged then becomes a fact, and the verdict says what is wrong and which flag helps.
  ///
  /// - Parameters:
  ///   - diagnosis: The diagnosis of the approximation.
  ///   - guide: The family of guides of the fit; nil for one that was not chosen by `--guide`.
  public func judged(
    by diagnosis: ApproximationDiagnosis, guide: GuideFamily? = nil
  ) -> FitCourse {
    var course = self
    course.remarks.insert(diagnosis.fact, at: 0)
    course.diagnostics = FitDiagnostics(diagnosis)
    guard isConverged, let doubt = diagnosis.verdict(guide: guide) else { return course }
    // What the search says of itself is not the verdict on the fit.
    course.facts.append(searchReport)
    (course.isConverged, course.verdict) = (false, doubt)
    return course
  }
}

extension ApproximationDiagnosis {
  /// The verdict on a fit whose search has converged, a sentence: the doubts, and the flags that help.
  ///
  /// - Parameter guide: The family of guides of the fit; nil for one that was not chosen by `--guide`.
  /// - Returns: Nil for an approximation that can be trusted.
  public func verdict(guide: GuideFamily? = nil) -> String? {
    guard !isReliable else { return nil }
    let others = guide == .mvn || guide == .laplace ? "" : ", or --guide mvn"
    return "the fit cannot be trusted: " + doubts.joined(separator: "; ") + "; take --backend nuts"
      + others + "."
  }

  /// The line of a report with k-hat, the efficiency of importance sampling and the evidence lower bound.
  public var fact: String {
    let meaning =
      worstKhat <= Self.largestKhat
      ? "at most \(Self.largestKhat), as it should be" : "above \(Self.largestKhat)"
    let bound = String(format: "%.2f (standard error %.2f)", elbo, elboError)
    return String(format: "k-hat %.2f (%@), evidence lower bound %@", worstKhat, meaning, bound)
      + (impossible > 0 ? "; the model rules out \(impossible) of \(draws) draws" : "")
      + "; " + Self.efficiency(effectiveSampleSize, of: draws)
  }

  /// The efficiency of importance sampling in words.
  static func efficiency(_ effective: Double, of draws: Int) -> String {
    String(
      format: "importance sampling is %.3g %% efficient: %d weighted draws are worth %.0f "
        + "independent ones", 100 * effective / Double(max(draws, 1)), draws, effective)
  }
}
