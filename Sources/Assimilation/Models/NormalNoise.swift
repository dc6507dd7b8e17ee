import Autodiff
import Foundation
import LinearAlgebra
import Preconditions

/// Normal noise with mean 0, given by a root of its covariance.
///
///     noise = rootᵀ z,    z ~ N(0, I),    covariance = rootᵀ root
public struct NormalNoise: Sendable {
  /// The root of the covariance, `[m, n]`, with m of any size.
  public let root: Matrix

  /// The noise with this root.
  public init(root: Matrix) { self.root = root }

  /// Noise of independent numbers with these variances, `[n]`.
  ///
  /// - Precondition: The variances are not negative.
  public init(variances: [Double]) {
    require(variances.allSatisfy { $0 >= 0 }, "NormalNoise: a variance is negative.")
    var root = Matrix(rows: variances.count, columns: variances.count)
    root.addToDiagonal(variances.map { $0.squareRoot() })
    self.root = root
  }

  /// Noise of waves around a ring, with equal variances and random phases.
  ///
  ///     covariance(i, j) = deviation² / K sum_{k = 1}^{K} cos(2 π k (i - j) / points)
  ///
  /// Its first two moments are those of sums of sinusoids with normal amplitudes and random phases, each sum divided by its
  /// standard deviation over the ring.
  ///
  /// - Parameters:
  ///   - points: The number of points of the ring.
  ///   - wavenumbers: The number of wavenumbers, K.
  ///   - deviation: The standard deviation at each point.
  /// - Reference: Evensen (2004), *Sampling strategies and square root analysis schemes for the EnKF*, section 6; Raanes,
  ///   Carrassi and Bertino (2015), *Extending the square root method to account for additive forecast noise in ensemble
  ///   methods*, section 5.
  public static func sinusoids(
    points: Int, wavenumbers: Int, deviation: Double
  ) -> NormalNoise {
    let amplitude = deviation / Double(wavenumbers).squareRoot()
    var root = Matrix(rows: 2 * wavenumbers, columns: points)
    for k in 0..<wavenumbers {
      for j in 0..<points {
        let angle = 2 * Double.pi * Double((k + 1) * j % points) / Double(points)
        root[2 * k, j] = amplitude * cos(angle)
        root[2 * k + 1, j] = amplitude * sin(angle)
      }
    }
    return NormalNoise(root: root)
  }

  /// The covariance matrix, `[n, n]`.
  public var covariance: Matrix { Matrix.product(root, root, transposingFirst: true) }

  /// The noise with `factor` times the covariance.
  ///
  /// - Precondition: The factor is not negative.
  public func scaled(by factor: Double) -> NormalNoise {
    require(factor >= 0, "NormalNoise: the factor is \(factor).")
    var root = root
    root.scale(by: factor.squareRoot())
    return NormalNoise(root: root)
  }

  /// Independent draws, one a row, `[count, n]`.
  public func draws(_ count: Int, key: RandomKey) -> Matrix {
    var result = Matrix(rows: count, columns: root.columns)
    add(to: &result, key: key)
    return result
  }

  /// Adds a draw to each row, in place.
  public func add(to states: inout Matrix, key: RandomKey) {
    let z = Matrix(
      rows: states.rows, columns: root.rows, key.normal([states.rows, root.rows]).scalars)
    states.accumulate(z, root)
  }
}
