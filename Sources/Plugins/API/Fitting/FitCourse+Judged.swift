import Foundation
import Inference

extension FitCourse {
  /// The course with a further line after its verdict.
  func remarking(_ remark: String) -> FitCourse {
    FitCourse(
      isConverged: isConverged, verdict: verdict, failure: failure, facts: facts,
      remarks: remarks + [remark], numbers: numbers, diagnostics: diagnostics, sampling: sampling,
      stepCount: stepCount, seconds: seconds)
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
    let doubt = isConverged ? diagnosis.verdict(guide: guide) : nil
    // What the search says of itself is not the verdict on the fit.
    let settled = verdict.replacing("the fit converged:", with: "the losses settled:")
    return FitCourse(
      isConverged: isConverged && doubt == nil, verdict: doubt ?? verdict, failure: failure,
      facts: facts + (doubt == nil ? [] : [settled]), remarks: [diagnosis.fact] + remarks,
      numbers: numbers, diagnostics: FitDiagnostics(diagnosis), sampling: sampling,
      stepCount: stepCount, seconds: seconds)
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

  /// The line of a report with k-hat and the evidence lower bound.
  public var fact: String {
    let meaning = khat <= 0.7 ? "at most 0.7, as it should be" : "above 0.7"
    let bound = String(format: "%.2f (standard error %.2f)", elbo, elboError)
    return String(format: "k-hat %.2f (%@), evidence lower bound %@", khat, meaning, bound)
      + (impossible > 0 ? "; the model rules out \(impossible) of \(draws) draws" : "")
  }
}
