import LinearAlgebra
import Preconditions
import RealModule

/// A bank of J band-pass filters, whose widths increase with their centres.
///
///     H_j(l) = exp(-|(l - c_j) / d_j|^q)
///
/// - Reference: Tsyrulnikov and Sotskiy, eq. (12) and section 3.2; centres and widths by the rule of their code.
public struct FilterBank: Sendable {
  /// The centres c_j, `[J]`, rising from 0; the spacings grow by `spacingRatio`.
  public let centres: [Double]
  /// The half-widths d_j, `[J]`, growing geometrically.
  public let halfWidths: [Double]
  /// The ratio mu of each spacing of the centres to the one before.
  public let spacingRatio: Double
  /// The transfer functions H, `[J, wavenumbers]`; on the sphere 0...L, on the circle 0...L, -L + 1...-1.
  public let transfer: Matrix
  /// The weights C_j, `[J]`: the sum of H_j² over the wavenumbers.
  public let weights: [Double]
  /// The matrix Omega from a modal spectrum to the band variances of a stationary field, `[J, L + 1]`.
  ///
  ///     Omega_jl = sum over the wavenumbers ±l of w H_j²
  ///
  /// with w = (2l+1)/(4π) on the sphere and 1 on the circle: eqs. (14) and (15).
  public let omega: Matrix
  /// Whether the mean of the ensemble is estimated, which costs one degree of freedom.
  public let estimatesMean: Bool

  /// The number of bands, J.
  public var count: Int { centres.count }

  /// The numbers that a band set gives on one domain.
  private struct Shape {
    let bands: Int
    let exponent, topCentre, secondCentre, minimumHalfWidth, maximumHalfWidth: Double

    init(_ set: BandSet, size: Double, topCentre: Double) {
      (bands, exponent, self.topCentre) = (set.bands, set.exponent, topCentre)
      secondCentre = set.secondCentre.of(size)
      (minimumHalfWidth, maximumHalfWidth) = (
        set.firstHalfWidth.of(size), set.lastHalfWidth.of(size)
      )
      require(
        bands >= 3 && exponent > 0 && secondCentre < topCentre,
        "FilterBank: \(bands) bands with exponent \(exponent), the second at \(secondCentre) of "
          + "\(topCentre), but at least 3 with a positive exponent are needed, and the second below the last."
      )
    }
  }

  /// The bank of the sphere for wavenumbers 0...L; centres go from 0 to L + 1.
  ///
  /// - Precondition: L is positive; the set has at least three bands and a positive exponent.
  public static func sphere(
    _ maximumWavenumber: Int = 49, set: BandSet = .sphere
  ) -> FilterBank {
    require(
      maximumWavenumber > 0, "FilterBank.sphere: wavenumbers up to \(maximumWavenumber).")
    let L = Double(maximumWavenumber)
    let shape = Shape(set, size: L, topCentre: L + 1)
    return FilterBank(shape, wavenumbers: maximumWavenumber + 1, estimatesMean: false) { squares in
      squares.enumerated().map { l, square in Double(2 * l + 1) / (4 * Double.pi) * square }
    }
  }

  /// The band set of a circle, of which `BandSet.a` and `BandSet.b` are the published ones.
  public typealias CircleSet = BandSet

  /// The bank of a circle of n points: the first and last filters even in the wavenumber, the others one-sided.
  ///
  /// - Precondition: The number of points is even and positive; the set has at least three bands and a positive exponent.
  public static func circle(points: Int = 120, set: BandSet = .a) -> FilterBank {
    require(points > 0 && points % 2 == 0, "FilterBank.circle: \(points) points.")
    let n = Double(points)
    let shape = Shape(set, size: n, topCentre: n / 2)
    return FilterBank(shape, wavenumbers: points, estimatesMean: true) { squares in
      (0...points / 2).map { l in
        l % (points / 2) == 0 ? squares[l] : squares[l] + squares[points - l]
      }
    }
  }

  /// The bank of a shape.
  ///
  /// - Parameter fold: The function from H_j² at each wavenumber to a row of `omega`.
  private init(
    _ shape: Shape, wavenumbers: Int, estimatesMean: Bool, fold: ([Double]) -> [Double]
  ) {
    let ratio = Self.spacingRatio(shape)
    var (spacing, rising) = (shape.secondCentre, [0.0])
    for _ in 1..<shape.bands - 1 {
      rising.append(rising[rising.count - 1] + spacing)
      spacing *= ratio
    }
    centres = rising + [shape.topCentre]
    let widening = shape.maximumHalfWidth / shape.minimumHalfWidth
    halfWidths = (0..<shape.bands).map {
      shape.minimumHalfWidth * Double.pow(widening, Double($0) / Double(shape.bands - 1))
    }
    spacingRatio = ratio
    self.estimatesMean = estimatesMean

    let rows = zip(centres, halfWidths).map { centre, halfWidth in
      (0..<wavenumbers).map { l in
        var distance = Double(l) - centre
        if distance > shape.topCentre { distance -= 2 * shape.topCentre }
        if distance < -shape.topCentre { distance += 2 * shape.topCentre }
        return Double.exp(-Double.pow(abs(distance) / halfWidth, shape.exponent))
      }
    }
    let squares = rows.map { $0.map { $0 * $0 } }
    let folded = squares.map(fold)
    transfer = Matrix(rows: shape.bands, columns: wavenumbers, rows.flatMap { $0 })
    weights = squares.map { $0.reduce(0, +) }
    omega = Matrix(rows: shape.bands, columns: folded[0].count, folded.flatMap { $0 })
  }

  /// The root mu of `sum_{k=0}^{J-2} mu^k = topCentre / secondCentre`, by bisection to 1e-6: the published tables have
  /// the digits of this tolerance.
  private static func spacingRatio(_ shape: Shape) -> Double {
    let target = shape.topCentre / shape.secondCentre
    // Few bands have larger ratios than the published ones, many bands smaller ones.
    var (low, high) = (shape.bands > 10 ? 0.0 : 0.5, shape.bands < 6 ? target : 10)
    while high - low > 1e-6 {
      let middle = (low + high) / 2
      var (sum, power) = (0.0, 1.0)
      for _ in 0..<shape.bands - 1 {
        sum += power
        power *= middle
      }
      if sum < target { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The impulse responses of the sphere's filters at these distances in radians, `[J, distances]`.
  ///
  ///     h_j(rho) = sum_l (2l+1)/(4π) H_j(l) P_l(cos rho)
  public func sphereImpulseResponses(at distances: [Double]) -> Matrix {
    let transform = FourierLegendreTransform(maximumDegree: transfer.columns - 1)
    let responses = (0..<count).flatMap {
      transform.backward(Array(transfer.row($0)), at: distances)
    }
    return Matrix(rows: count, columns: distances.count, responses)
  }
}
