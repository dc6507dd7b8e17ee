import Foundation
import Runs

extension FittableModel {
  public func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport {
    let dataset = try dataset(options, from: context.dataSource)
    do {
      let fitted = try fitted(options, dataset, by: backend, method, in: context)
      var report = try report(fitted)
      report.isOfEarlierRun = context.hasSummary(of: fitted.fit.course)
      if context.settings.report { report.files += fitted.pageFiles(report) }
      return report
    } catch {
      throw FlagWords(context.flags).told(explained(error, options, dataset))
    }
  }
}

extension FitContext {
  /// Whether a fit is that of an earlier run whose printed report has its verdict; one that was interrupted before it was
  /// judged has another.
  fileprivate func hasSummary(of course: FitCourse) -> Bool {
    guard course.isOfEarlierRun, let folder = settings.outputFolder else { return false }
    let summary = folder.appending(path: RunFileName.summary)
    return (try? String(contentsOf: summary, encoding: .utf8))?.contains(course.verdict) ?? false
  }
}
