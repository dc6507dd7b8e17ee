import LinearAlgebra

extension InitialLaw {
  /// A state that is known without error, so that all members start from it.
  public static func known(_ state: [Double]) -> InitialLaw {
    let n = state.count
    return InitialLaw(mean: state, covariance: Matrix(rows: n, columns: n)) { count, _ in
      Matrix(rows: count, columns: n, (0..<count).flatMap { _ in state })
    }
  }
}

extension Matrix {
  /// The place of the first number that is not finite, row by row.
  var firstNonFinite: Int? { isFinite ? nil : scalars.firstIndex { !$0.isFinite } }
}

extension FilterState {
  /// Refuses numbers that are not finite, before they spread from point to point.
  func checkFinite(_ filter: String) throws(AnalysisError) {
    let parts = [
      ("estimate", Matrix(rows: 1, columns: estimate.count, estimate)), ("ensemble", ensemble),
      ("covariance", covariance),
    ]
    for (what, matrix) in parts {
      guard let matrix, !matrix.isFinite else { continue }
      try AnalysisError.check(matrix.scalars, "\(filter) \(what) of step \(step)") {
        [$0 / matrix.columns, $0 % matrix.columns]
      }
    }
  }
}
