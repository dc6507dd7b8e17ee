import LinearAlgebra
import Preconditions

/// A fit of a spectrum of given shape, stretched and scaled to the moments of another spectrum.
///
///     b_l ~= A g(l / a)
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.3; `lsef.md` 6.1, steps 2 and 3.
public struct ShapeFit: Sendable, Equatable {
  /// The ratios of moments that measure the width of a spectrum.
  public enum Moments: Sendable, Equatable {
    /// The first moment over the zeroth.
    case zeroAndOne
    /// The second moment over the first.
    case oneAndTwo
    /// The two ratios together.
    case all
  }

  /// The shape g at l = 0, 1, …, L.
  public let shape: [Double]
  /// The ratios of moments that are fitted.
  public var moments = Moments.all
  /// The largest stretch, and the inverse of the smallest.
  public var largestStretch = 5.0
  /// The weight of the penalty for stretches other than 1, relative to one ratio of moments.
  public var stretchPenalty = 0.05

  /// A fit of this shape.
  ///
  /// - Precondition: The shape has a positive sum and first moment.
  public init(shape: [Double]) {
    let sums = Self.moments(shape[...])
    require(
      sums.0 > 0 && sums.1 > 0 && sums.2 > 0, "ShapeFit: the shape has no positive moments.")
    self.shape = shape
  }

  /// A stretch a and an amplitude A.
  public struct Parameters: Sendable, Equatable {
    /// The stretch a: the width of the spectrum over that of the shape.
    public let stretch: Double
    /// The amplitude A: the height of the spectrum over that of the shape.
    public let amplitude: Double

    /// A stretch and an amplitude.
    public init(stretch: Double, amplitude: Double) {
      (self.stretch, self.amplitude) = (stretch, amplitude)
    }
  }

  /// The stretch and amplitude of a spectrum.
  ///
  /// - Throws: `EstimatorError`, which names `point`, if the spectrum has another length or moments that are not positive.
  public func parameters(
    of spectrum: some Collection<Double>, point: Int = 0
  ) throws(EstimatorError) -> Parameters {
    guard spectrum.count == shape.count else {
      throw .size(what: "spectra", given: spectrum.count, expected: shape.count)
    }
    let (I, I1, I2) = Self.moments(spectrum)
    let (G, G1, G2) = Self.moments(shape)
    guard I > 0, I1 > 0, I2 > 0, I2.isFinite else { throw .noVariance(point: point) }
    let a01 = (G / G1) * (I1 / I)
    let a12 = (G1 / G2) * (I2 / I1)
    let mean =
      switch moments {
      case .all: (a01 + a12 + stretchPenalty) / (2 + stretchPenalty)
      case .zeroAndOne: (a01 + stretchPenalty) / (1 + stretchPenalty)
      case .oneAndTwo: (a12 + stretchPenalty) / (1 + stretchPenalty)
      }
    let stretch = min(max(mean, 1 / largestStretch), largestStretch)
    return Parameters(stretch: stretch, amplitude: I / (stretch * G))
  }

  /// The fitted spectrum of each row, `[n, L + 1]`.
  ///
  /// - Throws: As `parameters(of:point:)`.
  public func callAsFunction(_ spectra: Matrix) throws(EstimatorError) -> Matrix {
    var rows: [Double] = []
    for point in 0..<spectra.rows {
      let fit = try parameters(of: spectra.row(point), point: point)
      rows += spectrum(fit)
    }
    return Matrix(rows: spectra.rows, columns: shape.count, rows)
  }

  /// The spectrum A g(l / a), with g linear between whole wavenumbers and constant beyond the last.
  public func spectrum(_ parameters: Parameters) -> [Double] {
    shape.indices.map { parameters.amplitude * interpolated(shape, $0, by: parameters.stretch) }
  }

  private static func moments(_ spectrum: some Collection<Double>) -> (Double, Double, Double) {
    var (zeroth, first, second) = (0.0, 0.0, 0.0)
    for (l, variance) in spectrum.enumerated() {
      zeroth += variance
      first += Double(l) * variance
      second += Double(l * l) * variance
    }
    return (zeroth, first, second)
  }
}

/// The stretched shape g(l / a).
func interpolated(_ shape: [Double], _ l: Int, by stretch: Double) -> Double {
  let place = Double(l) / stretch
  guard place < Double(shape.count - 1) else { return shape[shape.count - 1] }
  let low = Int(place)
  return shape[low] + (place - Double(low)) * (shape[low + 1] - shape[low])
}
