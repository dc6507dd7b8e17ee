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
