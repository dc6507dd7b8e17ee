import Assimilation
import LinearAlgebra
import Preconditions
import RealModule

/// The unit sphere with a grid of equal steps in latitude and longitude; each pole is a single point, or no point.
///
/// Points go from north to south, circle by circle, each one eastward from longitude 0: with K + 1 latitudes there are K - 1
/// circles of 2K points and two poles. Without poles there are K circles of 2K points in the middles of the steps. Modal
/// spectra are variances of each of the 2l + 1 harmonics of degree l.
///
/// - Reference: Tsyrulnikov and Sotskiy, section 5.2 and appendix A.
public struct Sphere: HarmonicDomain {
  /// The radius of the Earth, in kilometres.
  public static let radius = 6370.0

  /// The number of latitudes of the grid: K + 1 with both poles, K without.
  public let latitudes: Int
  /// Whether the poles are points of the grid; otherwise latitudes are in the middles of the steps.
  public let hasPoles: Bool
  public let maximumWavenumber: Int
  let exactTransform, interpolatingTransform: SphericalHarmonicTransform
  private let points: [Point]

  private struct Point {
    let sineOfLatitude, cosineOfLatitude, longitude: Double
  }

  /// The sphere with a grid of these sizes.
  ///
  /// - Parameters:
  ///   - latitudes: The number of latitudes, K + 1 with both poles and K without.
  ///   - maximumWavenumber: The largest degree L, at most K - 1.
  ///   - hasPoles: Whether the poles are points of the grid.
  /// - Precondition: There are at least 3 latitudes, and they carry L.
  public init(latitudes: Int = 51, maximumWavenumber: Int = 49, hasPoles: Bool = true) {
    let intervals = hasPoles ? latitudes - 1 : latitudes
    require(
      latitudes >= 3 && maximumWavenumber >= 0 && maximumWavenumber < intervals,
      "Sphere: \(latitudes) latitudes carry wavenumbers up to \(intervals - 1), not \(maximumWavenumber)."
    )
    self.latitudes = latitudes
    self.maximumWavenumber = maximumWavenumber
    self.hasPoles = hasPoles
    exactTransform = SphericalHarmonicTransform(
      maximumDegree: maximumWavenumber, intervals: intervals, quadrature: .trigonometric,
      hasPoles: hasPoles)
    interpolatingTransform = SphericalHarmonicTransform(
      maximumDegree: maximumWavenumber, intervals: intervals, quadrature: .linear,
      hasPoles: hasPoles)
    points = (0..<latitudes).flatMap { i in
      let colatitude = Double.pi * (Double(i) + (hasPoles ? 0 : 0.5)) / Double(intervals)
      let count = hasPoles && (i == 0 || i == intervals) ? 1 : 2 * intervals
      return (0..<count).map { j in
        Point(
          sineOfLatitude: Double.cos(colatitude), cosineOfLatitude: Double.sin(colatitude),
          longitude: Double.pi * Double(j) / Double(intervals))
      }
    }
  }

  /// The number of steps from pole to pole, K.
  public var intervals: Int { hasPoles ? latitudes - 1 : latitudes }
  public var pointCount: Int { points.count }
  public var spectrumCount: Int { maximumWavenumber + 1 }

  /// The exact areas of the cells between the middles of the steps, in steradians.
  public var cellAreas: [Double] {
    let step = Double.pi / Double(intervals)
    let belt = 2 * Double.sin(step / 2) * step
    guard hasPoles else { return points.map { belt * $0.cosineOfLatitude } }
    let quarter = Double.sin(step / 4)
    let cap = 4 * Double.pi * quarter * quarter
    return [cap] + points.dropFirst().dropLast().map { belt * $0.cosineOfLatitude } + [cap]
  }

  public func cosineOfDistance(_ i: Int, _ j: Int) -> Double {
    let (a, b) = (points[i], points[j])
    let polar = a.sineOfLatitude * b.sineOfLatitude
    let zonal = a.cosineOfLatitude * b.cosineOfLatitude * Double.cos(a.longitude - b.longitude)
    return min(1, max(-1, polar + zonal))
  }

  /// The distance along the chord, in kilometres.
  public func distance(_ i: Int, _ j: Int) -> Double {
    Self.radius * (2 - 2 * cosineOfDistance(i, j)).squareRoot()
  }

  public var varianceWeights: [Double] {
    (0...maximumWavenumber).map { Double(2 * $0 + 1) / (4 * .pi) }
  }
  public var laplacianEigenvalues: [Double] {
    (0...maximumWavenumber).map { Double($0 * ($0 + 1)) }
  }
  public var polynomials: IsotropicCovariance.Basis { .legendre }
  public var rings: [Range<Int>] {
    let size = 2 * intervals
    guard hasPoles else { return (0..<latitudes).map { $0 * size..<($0 + 1) * size } }
    let circles = (0..<intervals - 1).map { 1 + $0 * size }
    return [0..<1] + circles.map { $0..<($0 + size) } + [pointCount - 1..<pointCount]
  }
  public var transferCount: Int { spectrumCount }
  public var modeWavenumbers: [Int] { exactTransform.degrees }

  public func kernelTable(ofRing ring: Int) -> Matrix {
    let first = rings[ring].lowerBound
    let cosines = (0..<pointCount).map { cosineOfDistance(first, $0) }
    let polynomials = LegendrePolynomials.table(upTo: maximumWavenumber, at: cosines)
    let (weights, roots) = (varianceWeights, cellAreas.map { $0.squareRoot() })
    var entries = polynomials.scalars
    for l in weights.indices {
      for j in roots.indices { entries[l * roots.count + j] *= weights[l] * roots[j] }
    }
    return Matrix(rows: spectrumCount, columns: pointCount, entries)
  }

  public func modes() -> Matrix {
    var entries = [Double](repeating: 0, count: pointCount * exactTransform.coefficientCount)
    for (i, ring) in rings.enumerated() {
      for (j, point) in ring.enumerated() {
        let start = point * exactTransform.coefficientCount
        for (m, table) in exactTransform.synthesisTables.enumerated() {
          let angle = Double.pi * Double(m * j % (2 * intervals)) / Double(intervals)
          let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
          for k in 0..<table.rows {
            let (degree, value) = (k + m, table[k, i])
            entries[start + degree * (degree + 1) + m] = value * cosine
            if m > 0 { entries[start + degree * (degree + 1) - m] = value * sine }
          }
        }
      }
    }
    return Matrix(rows: pointCount, columns: exactTransform.coefficientCount, entries)
  }

  public func fields(from coefficients: Matrix) -> Matrix {
    onPoints(exactTransform.fields(from: coefficients))
  }

  /// The real orthonormal harmonic coefficients of fields of band limit L, that of degree l and order m at l² + l + m.
  public func coefficients(of fields: Matrix) -> Matrix {
    exactTransform.coefficients(of: onGrid(fields))
  }

  public func powers(of fields: Matrix, interpolates: Bool = false) -> Matrix {
    let transform = interpolates ? interpolatingTransform : exactTransform
    let coefficients = transform.coefficients(of: onGrid(fields))
    var powers = Matrix(rows: fields.rows, columns: spectrumCount)
    for (k, degree) in modeWavenumbers.enumerated() {
      for field in 0..<fields.rows {
        let a = coefficients[field, k]
        powers[field, degree] += a * a / (4 * .pi)
      }
    }
    return powers
  }

  public func filtered(
    _ fields: Matrix, by transfer: [Double], interpolates: Bool = true
  ) -> FilteredFields {
    let transform = interpolates ? interpolatingTransform : exactTransform
    let coefficients = transform.coefficients(of: onGrid(fields))
    let response = modeWavenumbers.map { transfer[$0] }
    let passed = coefficients.scalars.enumerated().map { $1 * response[$0 % response.count] }
    let output = transform.fields(
      from: Matrix(rows: fields.rows, columns: response.count, passed))
    return FilteredFields(real: onPoints(output), imaginary: nil)
  }

  /// The fields on the grid of the transform, with each pole repeated for all longitudes.
  private func onGrid(_ fields: Matrix) -> Matrix {
    require(
      fields.columns == pointCount,
      "Sphere: fields of \(fields.columns) numbers on \(pointCount) points.")
    guard hasPoles else { return fields }
    var entries: [Double] = []
    entries.reserveCapacity(fields.rows * latitudes * 2 * intervals)
    for field in 0..<fields.rows {
      let row = fields.row(field)
      let (north, south) = (row[row.startIndex], row[row.endIndex - 1])
      entries += repeatElement(north, count: 2 * intervals)
      entries += row.dropFirst().dropLast()
      entries += repeatElement(south, count: 2 * intervals)
    }
    return Matrix(rows: fields.rows, columns: latitudes * 2 * intervals, entries)
  }

  /// The fields on the points, with a single value for each pole.
  private func onPoints(_ grid: Matrix) -> Matrix {
    guard hasPoles else { return grid }
    let others = 2 * intervals - 1
    var entries: [Double] = []
    entries.reserveCapacity(grid.rows * pointCount)
    for field in 0..<grid.rows { entries += grid.row(field).dropFirst(others).dropLast(others) }
    return Matrix(rows: grid.rows, columns: pointCount, entries)
  }
}
