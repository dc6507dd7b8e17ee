import LinearAlgebra

extension FilterState {
  /// Refuses numbers that are not finite, before they spread from point to point.
  func checkFinite(_ filter: String) throws(FilterError) {
    guard let (what, value) = firstNonFinite else { return }
    throw .notFinite(filter: filter, step: step, what: what, value: AnalysisError.text(value))
  }

  /// Which of its numbers is not finite, in words, with its value.
  var firstNonFinite: (what: String, value: Double)? {
    // The mean of members that are not finite is not so by them.
    if let ensemble, let k = ensemble.firstNonFinite {
      let (member, point) = k.quotientAndRemainder(dividingBy: ensemble.columns)
      return ("member \(member) at point \(point)", ensemble.scalars[k])
    }
    if let i = estimate.firstIndex(where: { !$0.isFinite }) {
      return ("the estimate at point \(i)", estimate[i])
    }
    if let covariance, let k = covariance.firstNonFinite {
      let (i, j) = k.quotientAndRemainder(dividingBy: covariance.columns)
      return ("the covariance of points \(i) and \(j)", covariance.scalars[k])
    }
    return nil
  }
}

extension Matrix {
  /// The place of the first number that is not finite, row by row.
  var firstNonFinite: Int? { isFinite ? nil : scalars.firstIndex { !$0.isFinite } }
}
