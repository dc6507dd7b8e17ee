import Foundation

/// The log of the mean of exponentials.
package func logMeanExp(_ values: [Double]) -> Double {
  logSumExp(values) - log(Double(values.count))
}

/// The log of the sum of exponentials.
package func logSumExp(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest.isFinite else { return values.max() ?? -.infinity }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
}
