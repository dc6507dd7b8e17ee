import Foundation
import Inference
import Parallel

extension SVIRun {
  /// The diagnosis of the fitted guide; nil for one that has no density or no draw, and for a model of minibatches.
  ///
  /// The number of draws grows with the steps, so that the diagnosis costs less than a tenth of the fit.
  static func diagnosis(of fit: SVIFit, in context: FitContext) -> ApproximationDiagnosis? {
    let draws = min(8_000, max(500, fit.state.step))
    let sample = try? fit.importanceSample(
      draws: draws, key: context.key.foldIn(2), pool: context.pool)
    return sample.map(ApproximationDiagnosis.init)
  }
}

extension ApproximationDiagnosis {
  /// The verdict on a fit of an approximation whose own search has ended well, a sentence: the doubts with the flags that help.
  ///
  /// - Parameter guide: The family of the approximation; nil for one of another kind.
  /// - Returns: Nil for an approximation that can be trusted.
  public func verdict(guide: GuideFamily? = nil) -> String? {
    guard !isTrustworthy else { return nil }
    let others = guide == .mvn || guide == .laplace ? "" : ", or --guide mvn"
    return "the fit cannot be trusted: " + doubts.joined(separator: "; ")
      + "; take --backend nuts" + others + "."
  }

  /// The line of a report with k-hat and the evidence lower bound.
  public var fact: String {
    let meaning = khat <= 0.7 ? "at most 0.7, as it should be" : "above 0.7"
    return
      "k-hat \(rounded(khat)) (\(meaning)), evidence lower bound \(rounded(elbo)) (standard error "
      + "\(rounded(elboError)))"
      + (impossible > 0 ? "; \(impossible) of \(draws) draws are impossible under the model" : "")
  }
}

private func rounded(_ x: Double) -> String { String(format: "%.2f", x) }
