import LinearAlgebra

/// An ensemble by its mean and the deviations of its members from it: member k is x̄ + X_k.
public struct Ensemble: Sendable, Equatable {
  /// The mean x̄ of the members, `[n]`.
  public var mean: [Double]
  /// The deviations X of the members from their mean, `[N, n]`; each column sums to 0.
  public var anomalies: Matrix

  /// An ensemble with these members, `[N, n]`.
  public init(members: Matrix) {
    mean = members.columnMeans
    anomalies = members
    anomalies.shiftRows(from: mean, to: Array(repeating: 0, count: mean.count))
  }

  /// The members, with their deviations from the mean multiplied by `inflation`, `[N, n]`.
  public consuming func members(inflation: Double = 1) -> Matrix {
    anomalies.shiftRows(
      from: Array(repeating: 0, count: mean.count), to: mean, scaledBy: inflation)
    return anomalies
  }
}
