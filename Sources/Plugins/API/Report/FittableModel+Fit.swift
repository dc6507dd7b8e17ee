import Runs

extension FittableModel {
  public func fit<B: InferenceBackend>(
    _ options: Options, by backend: B, _ method: B.Options, in context: FitContext
  ) throws -> RunReport {
    let dataset = try dataset(options, from: context.dataSource)
    do {
      let fitted = try fitted(options, dataset, by: backend, method, in: context)
      var report = try report(fitted)
      report.isOfEarlierRun = fitted.fit.course.isOfEarlierRun
      if context.settings.report { report.files += fitted.pageFiles(report) }
      return report
    } catch {
      throw FlagWords(context.flags).told(explained(error, options, dataset))
    }
  }
}
