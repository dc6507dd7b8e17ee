import Plugins

/// The predictions of a model of extremes: return levels, events and fields at stations and elsewhere.
extension ExtremesCommand: PredictableModel {
  public func predict(
    _ fitted: FittedModel<Self>, _ options: ExtremesPrediction
  ) throws -> RunReport {
    let numbers = try PredictionNumbers(fitted, options)
    return PredictionReport(numbers: numbers, run: fitted.settings.output ?? "").runReport
  }
}
