import Fourier
import LinearAlgebra
import Preconditions
import RealModule

/// The spherical harmonic transform, in real orthonormal harmonics, on a grid of colatitudes π i / K, i = 0...K, or of the
/// middles of these steps, π (i + 1/2) / K, and 2K longitudes π j / K.
///
///     F(θ, φ) = sum_{l=0}^{L} sum_{m=-l}^{l} a_{lm} Y_{lm}(θ, φ)
///     a_{lm} = ∫ F Y_{lm} sin θ dθ dφ
///
/// Fields are rows of (K + 1) 2K numbers, circle after circle from the north pole, where each pole is repeated 2K times; without
/// poles they are rows of K 2K numbers.
/// Coefficients are rows of (L + 1)² numbers, that of degree l and order m at l² + l + m; negative orders are sines.
/// The transform uses fast Fourier transforms in longitude and matrix products in latitude.
///
/// - Complexity: O(L³) for each field; O(L³) memory for the tables.
/// - Reference: Driscoll and Healy (1994), *Computing Fourier transforms and convolutions on the 2-sphere*.
public struct SphericalHarmonicTransform: Sendable {
  /// The largest degree, L.
  public let maximumDegree: Int
  /// The number of steps from pole to pole, K.
  public let intervals: Int
  /// The number of colatitudes: K + 1 with the poles, K without.
  public let latitudes: Int
  let synthesisTables, analysisTables: [Matrix]  // for each order m: [L + 1 - m, latitudes]
  private let longitudes: FourierTransform

  /// The transform up to a degree on a grid of these steps, with a quadrature.
  ///
  /// - Parameters:
  ///   - maximumDegree: The largest degree L.
  ///   - intervals: The number of steps K from pole to pole.
  ///   - quadrature: The quadrature over colatitude.
  ///   - hasPoles: Whether colatitudes are the ends of the steps, with both poles, and not their middles.
  /// - Precondition: The quadrature is exact on this grid: K is even and at least 2L + 2 for that of Driscoll and
  ///   Healy, which needs the poles; K is at least L + 1 for the others.
  public init(
    maximumDegree: Int, intervals: Int, quadrature: LatitudeQuadrature = .driscollHealy,
    hasPoles: Bool = true
  ) {
    require(
      hasPoles || quadrature != .driscollHealy,
      "SphericalHarmonicTransform: the quadrature of Driscoll and Healy needs the poles.")
    require(
      maximumDegree >= 0 && maximumDegree <= quadrature.maximumDegree(intervals: intervals),
      "SphericalHarmonicTransform: degree \(maximumDegree) on \(intervals) intervals, which allow "
        + "0...\(quadrature.maximumDegree(intervals: intervals)).")
    self.maximumDegree = maximumDegree
    self.intervals = intervals
    latitudes = hasPoles ? intervals + 1 : intervals
    let colatitudes = (0..<latitudes).map {
      Double.pi * (Double($0) + (hasPoles ? 0 : 0.5)) / Double(intervals)
    }
    synthesisTables = HarmonicTables.orders(upTo: maximumDegree, at: colatitudes)
    analysisTables = quadrature.analysisTables(
      maximumDegree: maximumDegree, intervals: intervals, hasPoles: hasPoles)
    longitudes = FourierTransform(count: 2 * intervals)
  }

  /// The number of coefficients of a field, (L + 1)².
  public var coefficientCount: Int { (maximumDegree + 1) * (maximumDegree + 1) }
  /// The number of grid points, (K + 1) 2K with the poles.
  public var gridCount: Int { latitudes * 2 * intervals }

  /// The degree of each coefficient.
  public var degrees: [Int] {
    (0...maximumDegree).flatMap { Array(repeating: $0, count: 2 * $0 + 1) }
  }

  /// The coefficients of each field, `[fields, (L + 1)²]`.
  ///
  /// - Precondition: A field has `gridCount` numbers.
  public func coefficients(of fields: Matrix) -> Matrix {
    require(
      fields.columns == gridCount,
      "SphericalHarmonicTransform: fields of \(fields.columns) numbers on a grid of \(gridCount).")
    let spectra = longitudes.forward(fields.scalars, layout: .byWavenumber)
    let step = Double.pi / Double(intervals)
    var coefficients = [Double](repeating: 0, count: fields.rows * coefficientCount)
    for order in -maximumDegree...maximumDegree {
      // The imaginary part of a spectrum is minus the sum of sines.
      let factor = order < 0 ? -step : step
      let rows = waves(order, of: spectra, fields: fields.rows)
      let table = analysisTables[abs(order)]
      let found = Matrix.product(rows, table, transposingSecond: true)  // [fields, degrees]
      for (k, value) in found.scalars.enumerated() {
        let (field, degree) = (k / found.columns, k % found.columns + abs(order))
        coefficients[field * coefficientCount + degree * (degree + 1) + order] = factor * value
      }
    }
    return Matrix(rows: fields.rows, columns: coefficientCount, coefficients)
  }

  /// The fields with these coefficients, `[fields, gridCount]`.
  ///
  /// - Precondition: There are `coefficientCount` numbers for each field.
  public func fields(from coefficients: Matrix) -> Matrix {
    require(
      coefficients.columns == coefficientCount,
      "SphericalHarmonicTransform: \(coefficients.columns) coefficients, not \(coefficientCount).")
    let count = coefficients.rows
    let (circle, size) = (2 * intervals, count * latitudes)
    var spectra = [Double](repeating: 0, count: circle * size)
    for order in -maximumDegree...maximumDegree {
      let table = synthesisTables[abs(order)]
      // Each wave but the mean is the sum of a number of the spectrum and its conjugate.
      let factor = order == 0 ? 1 : (order < 0 ? -0.5 : 0.5)
      var taken: [Double] = []
      for field in 0..<count {
        for degree in abs(order)...maximumDegree {
          let place = degree * (degree + 1) + order
          taken.append(factor * coefficients.scalars[field * coefficientCount + place])
        }
      }
      let rows = Matrix.product(Matrix(rows: count, columns: table.rows, taken), table)
      let start = place(of: order) * size
      spectra.replaceSubrange(start..<(start + size), with: rows.scalars)
    }
    return Matrix(
      rows: count, columns: gridCount, longitudes.backward(spectra, layout: .byWavenumber))
  }

  /// The spectra of one order at each colatitude, `[fields, latitudes]`.
  private func waves(_ order: Int, of spectra: [Double], fields: Int) -> Matrix {
    let size = fields * latitudes
    let start = place(of: order) * size
    return Matrix(rows: fields, columns: latitudes, Array(spectra[start..<(start + size)]))
  }

  /// The place of the cosines or sines of an order in a spectrum.
  private func place(of order: Int) -> Int { order < 0 ? 2 * intervals + order : order }
}
