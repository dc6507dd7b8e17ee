import LinearAlgebra
import TestSupport
import Testing

/// An update of a covariance by observations, from nearly certain to all but unknown, of `Tests/Reference/kalman_updates.json`.
public struct KalmanUpdate: Decodable, Sendable {
  /// The covariance before the update, `[n, n]`.
  public let prior: [[Double]]
  /// The observed elements, `[p]`.
  public let points: [Int]
  /// The variances of the observations' errors, `[p]`.
  public let variances: [Double]
  private let posterior: [[Double]]

  private struct File: Decodable { let cases: [KalmanUpdate] }

  /// All updates of the file.
  public static func all() throws -> [KalmanUpdate] {
    let cases = try Reference.kept("kalman_updates.json", as: File.self).cases
    #expect(cases.count > 30)
    return cases
  }

  /// The size n of the covariance.
  public var size: Int { prior.count }
  /// The covariance before the update as a matrix, `[n, n]`.
  public var covariance: Matrix { Matrix(rows: size, columns: size, prior.flatMap { $0 }) }

  /// Agreement of each entry, relative to the standard deviations of its row and column.
  public func expectPosterior(_ found: [Double], _ comment: String) {
    for i in 0..<size {
      for j in 0..<size {
        let expected = posterior[i][j]
        let scale = (posterior[i][i] * posterior[j][j]).squareRoot()
        // The elimination of a few numbers, and the square of the gain's rounding times the largest prior.
        #expect(
          abs(found[i * size + j] - expected) <= 1e-10 * scale,
          "\(comment), [\(i), \(j)] of \(prior): \(found[i * size + j]), not \(expected)")
      }
    }
  }
}
