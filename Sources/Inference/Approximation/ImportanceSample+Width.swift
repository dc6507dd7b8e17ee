import Foundation

extension ImportanceSample {
  /// The element whose standard deviation differs most significantly from the best one of its family.
  ///
  /// Draws at which the model has no finite slopes are left out.
  var leastOptimalWidth: ApproximationDiagnosis.Difference? {
    guard !scores.isEmpty else { return nil }
    let size = scores.count / count
    let usable = (0..<count).filter { draw in
      scores[(draw * size)..<((draw + 1) * size)].allSatisfy(\.isFinite)
    }
    guard usable.count > 1 else { return nil }
    var worst: ApproximationDiagnosis.Difference?
    var first = 0
    for site in draws.names {
      let (names, x) = (draws.elementNames(of: site), draws[site].scalars)
      for (element, name) in names.enumerated() {
        let values = usable.map { x[$0 * names.count + element] }
        let slopes = usable.map { scores[$0 * size + first + element] }
        let found = Self.width(values, slopes)
        let difference = ApproximationDiagnosis.Difference(
          name: name, value: found.value, standardError: found.error)
        if found.value.isFinite, difference.excessOfWidth > worst?.excessOfWidth ?? -.infinity {
          worst = difference
        }
      }
      first += names.count
    }
    return worst
  }

  /// The expectation -E[g (x - E x)], with its standard error.
  private static func width(_ x: [Double], _ slopes: [Double]) -> (value: Double, error: Double) {
    let count = Double(x.count)
    let mean = x.reduce(0, +) / count
    var (sum, squares) = (0.0, 0.0)
    for (value, slope) in zip(x, slopes) {
      let product = -slope * (value - mean)
      sum += product
      squares += product * product
    }
    let product = sum / count
    return (product, ((squares / count - product * product) / count).squareRoot())
  }
}
