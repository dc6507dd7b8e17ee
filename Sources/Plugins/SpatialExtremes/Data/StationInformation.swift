import Foundation
import Kernels
import PPL

/// The information of the maxima about the parameters of the GEV distribution at each station, by a pilot regression.
///
/// The location and the rate are estimated by least squares of the maxima of each station on the covariate, the scale by
/// their residuals. The precision is the expected Fisher information of a GEV distribution near Gumbel's with the pooled
/// scale, less the information about the mean over the stations, since a field counts only by its deviations from it.
///
/// - Shape: *S* stations.
/// - Reference: Prescott and Walden (1980), *Maximum likelihood estimation of the parameters of the generalized
///   extreme-value distribution*, for the information.
struct StationInformation: Sendable {
  /// The estimates and precisions of one parameter, `[S]` each, and the precision of its deviations, `[S, S]`.
  struct Field: Sendable {
    let estimates: Tensor?
    let precision: Tensor
    /// The mean over the stations of the precision of each alone.
    let meanPrecision: Double

    /// The field of estimates with independent precisions.
    init(_ estimates: [Double]?, _ precisions: [Double]) {
      self.estimates = estimates.map { Tensor($0) }
      let (p, sum) = (Tensor(precisions), precisions.reduce(0, +))
      let ofMean = p[.all, .newAxis] * p[.newAxis, .all]
      meanPrecision = sum / Double(max(precisions.count, 1))
      precision = sum > 0 ? p.diagonalMatrix() - ofMean / Tensor(sum) : p.diagonalMatrix()
    }

    /// The partial parameterization of the field.
    var parameterization: GaussianProcess.Parameterization {
      .partial(precision: precision, estimates: estimates)
    }
  }

  private let location, rate, scale, shape: Field

  /// The information of maxima, `[S, T]` by rows and NaN where missing, about the regression on the covariate `[T]`, centred.
  init(maxima: [Double], covariate: [Double]) {
    let lines = stride(from: 0, to: maxima.count, by: covariate.count).map {
      Line(maxima[$0..<$0 + covariate.count], covariate)
    }
    let freedom = lines.map { max($0.count - 2, 0) }
    let squares = lines.reduce(0) { $0 + $1.squares }
    // The scale of a Gumbel distribution with the variance of the residuals.
    let variance = squares / max(freedom.reduce(0, +), 1) * 6 / (Double.pi * Double.pi)
    func precisions(_ information: (Line) -> Double) -> [Double] {
      lines.map { $0.hasSlope && variance > 0 ? information($0) : 0 }
    }
    location = Field(lines.map(\.intercept), precisions { $0.ofIntercept / variance })
    rate = Field(lines.map(\.slope), precisions { $0.ofSlope / variance })
    let spreads = zip(lines, freedom).map { line, freedom in
      freedom > 0 && line.squares > 0 ? 0.5 * log(line.squares / freedom) : nil
    }
    scale = Field(
      spreads.map { $0 ?? 0 },
      zip(lines, spreads).map { $1 == nil ? 0 : Self.ofLogScale * $0.count })
    shape = Field(nil, lines.map { Self.ofShape * $0.count })
  }

  /// The information of a Gumbel variable about the logarithm of its scale, `π²/6 + (1 - γ)²`.
  private static let ofLogScale = 1.8236806608528794
  /// The information of a GEV variable with shape 0 about its shape.
  private static let ofShape = 2.4236060551770285

  /// The information about the field of a parameter.
  func field(of quantity: GEVQuantity) -> Field {
    switch quantity {
    case .location: location
    case .rate: rate
    case .scale: scale
    case .shape: shape
    }
  }
}

/// The least-squares line of the maxima of a station against the covariate.
private struct Line {
  /// The number of maxima.
  let count: Double
  /// The value at a covariate of 0, and the slope.
  let intercept, slope: Double
  /// The sum of squared residuals.
  let squares: Double
  /// The precision of intercept and slope for residuals of variance 1.
  let ofIntercept, ofSlope: Double
  /// Whether the covariates differ, so that there is a slope.
  let hasSlope: Bool

  init(_ maxima: ArraySlice<Double>, _ covariate: [Double]) {
    let points = zip(covariate, maxima).filter { !$0.1.isNaN }
    let n = Double(points.count)
    let x = points.reduce(0) { $0 + $1.0 } / max(n, 1)
    let y = points.reduce(0) { $0 + $1.1 } / max(n, 1)
    let xx = points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    let xy = points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) }
    count = n
    hasSlope = points.count > 1 && xx > 0
    let slope = hasSlope ? xy / xx : 0
    let intercept = y - slope * x
    (self.slope, self.intercept) = (slope, intercept)
    squares = points.reduce(0) {
      let residual = $1.1 - intercept - slope * $1.0
      return $0 + residual * residual
    }
    ofSlope = xx
    ofIntercept = hasSlope ? 1 / (1 / n + x * x / xx) : n
  }
}
