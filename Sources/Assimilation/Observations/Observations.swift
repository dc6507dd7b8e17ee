import Autodiff

/// Observations of a field at grid points, with independent normal errors.
///
///     y_k = x[points[k]] + noise,    noise ~ N(0, variances[k])
///
/// A point may be observed more than once. An observation with infinite variance has no effect; one with variance 0 is exact.
public struct Observations: Sendable, Equatable {
  /// The observed grid points, from 0.
  public let points: [Int]
  /// The observed values y, in units of the state.
  public let values: [Double]
  /// The variance of each error, in squared units of the state.
  public let variances: [Double]

  /// The number of observations.
  public var count: Int { points.count }

  /// Observations of these values at these points.
  ///
  /// - Throws: `AnalysisError` for values that are not finite, variances that are negative or NaN, and lists of different
  ///   lengths.
  public init(points: [Int], values: [Double], variances: [Double]) throws(AnalysisError) {
    guard values.count == points.count else {
      throw .size(what: "values", given: values.count, expected: points.count)
    }
    guard variances.count == points.count else {
      throw .size(what: "variances", given: variances.count, expected: points.count)
    }
    // Variances come first, as values may have been drawn with them.
    try AnalysisError.check(variances: variances)
    try AnalysisError.check(values, "values")
    (self.points, self.values, self.variances) = (points, values, variances)
  }

  /// Observations with errors of one variance.
  public init(points: [Int], values: [Double], variance: Double) throws(AnalysisError) {
    try self.init(
      points: points, values: values, variances: points.map { _ in variance })
  }

  /// Observations of a field at points drawn with replacement, with probabilities in proportion to the areas of their cells.
  ///
  /// - Parameters:
  ///   - truth: The field, `[n]`.
  ///   - areas: The areas of the cells, `[n]`, positive.
  ///   - count: The number of observations.
  ///   - variance: The variance of each error, in squared units of the field.
  ///   - key: The random key of the points and the errors.
  /// - Throws: `AnalysisError` for sizes that differ, a truth that is not finite, or a variance that is not finite or negative.
  /// - Reference: `lsef.md` 8.1, step 3.
  public static func drawn(
    from truth: [Double], areas: [Double], count: Int, variance: Double, key: RandomKey
  ) throws(AnalysisError) -> Observations {
    guard truth.count == areas.count else {
      throw .size(what: "truth", given: truth.count, expected: areas.count)
    }
    try AnalysisError.check([variance], "variances")
    try AnalysisError.check(variances: [variance])
    let keys = key.split()
    let points = drawnPoints(areas: areas, count: count, key: keys.0)
    let noise = keys.1.normal([count]).scalars
    let deviation = variance.squareRoot()
    return try Observations(
      points: points, values: zip(points, noise).map { truth[$0] + deviation * $1 },
      variance: variance)
  }

  private static func drawnPoints(areas: [Double], count: Int, key: RandomKey) -> [Int] {
    var bounds: [Double] = []
    var total = 0.0
    for area in areas {
      total += area
      bounds.append(total)
    }
    return key.uniform([count]).scalars.map { u in
      // The first point whose bound lies above.
      var (low, high) = (0, bounds.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if bounds[middle] > u * total { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// The innovations y - H x of a state, one for each observation.
  func innovations(from state: [Double]) -> [Double] {
    points.indices.map { values[$0] - state[points[$0]] }
  }

  /// The observations of finite variance, one for each point, in the order of points.
  ///
  /// Several observations of one point become one, with their mean weighted by precision and the sum of their precisions.
  ///
  /// - Throws: `AnalysisError.contradiction` for exact observations of one point that differ; `noSuchPoint`.
  func distinct(pointCount: Int) throws(AnalysisError) -> Observations {
    if let point = points.first(where: { !(0..<pointCount).contains($0) }) {
      throw .noSuchPoint(point, pointCount: pointCount)
    }
    if isDistinct { return self }
    let order = points.indices.filter { variances[$0].isFinite }
      .sorted { (points[$0], $0) < (points[$1], $1) }
    var merged: (points: [Int], values: [Double], variances: [Double]) = ([], [], [])
    for k in order {
      guard merged.points.last == points[k], let value = merged.values.popLast(),
        let variance = merged.variances.popLast()
      else {
        merged.points.append(points[k])
        merged.values.append(values[k])
        merged.variances.append(variances[k])
        continue
      }
      let sum = variance + variances[k]
      if sum == 0, value != values[k] { throw .contradiction(point: points[k]) }
      let gain = sum == 0 ? 0 : variance / sum
      merged.values.append(value + gain * (values[k] - value))
      merged.variances.append(gain * variances[k])
    }
    return try Observations(
      points: merged.points, values: merged.values, variances: merged.variances)
  }

  /// Whether each point occurs once, in order, with a finite variance.
  private var isDistinct: Bool {
    for k in points.indices {
      if !variances[k].isFinite || (k > 0 && points[k] <= points[k - 1]) { return false }
    }
    return true
  }
}
