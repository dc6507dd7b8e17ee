import Assimilation
import PPLTestKit
import Testing

/// What holds of any prior of ten points or more: its parts are those of the symmetric matrix that its blocks make up.
///
/// - Parameter rounding: Relative to the numbers of the matrix.
public func expectPrior(
  _ prior: some PriorCovariance, rounding: Double = 1e-12,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let all = Array(0..<prior.pointCount)
  let B = prior.block(rows: all, columns: all)
  let points = [4, 1, 7, 2]
  let observed = prior.observationCovariance(at: points)
  for (i, point) in points.enumerated() {
    for j in 0...i {
      #expect(
        abs(observed[i, j] - B[point, points[j]]) <= rounding * (1 + B[point, point]),
        sourceLocation: sourceLocation)
    }
  }
  expectClose(
    prior.rows(at: points).scalars, B.taking(rows: points).scalars, relative: rounding,
    absolute: rounding, sourceLocation: sourceLocation)
  let weights = [1.0, -2, 0.5, 3]
  expectClose(
    prior.applyCrossCovariance(weights, from: points),
    B.taking(columns: points).multiplied(by: weights), relative: rounding, absolute: rounding,
    sourceLocation: sourceLocation)
  expectClose(
    prior.variances, B.diagonal, relative: rounding, sourceLocation: sourceLocation)
  expectClose(
    B.scalars, B.transposed().scalars, relative: rounding, absolute: rounding,
    sourceLocation: sourceLocation)
}
