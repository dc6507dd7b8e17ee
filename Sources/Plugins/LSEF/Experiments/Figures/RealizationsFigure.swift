import Foundation
import PPL
import Plotting
import Preconditions
import Runs
import SpectralFields
import Tables

/// Figure 8: a realization of the field for each of several length scales of non-stationarity.
///
/// Each panel has a colour scale of its own. All have the same white noise, also in their parameters, and differ by that length only. The columns of the table are:
/// mu_NSL; latitude and longitude in degrees; the field. A pole has one row.
///
/// - Parameters:
///   - sphere: The grid.
///   - truth: The distribution of the truth, except for the ratio mu_NSL; the published one if nil.
///   - scaleRatios: The ratios mu_NSL of the length scale of the parameters to that of the field.
///   - key: The key of the parameters and of the field.
/// - Throws: `FieldError` for parameters with invalid variances; `PlottingError` if no ratio is given.
/// - Complexity: Time and memory of `ConvolutionModel.modalSquareRoot()`: 100 MB on the default grid.
/// - Reference: Tsyrulnikov and Sotskiy, Figure 8, appendix H and eq. (10).
func realizationsFigure(
  on sphere: Sphere = Sphere(), truth distribution: ParametricTruth? = nil,
  scaleRatios: [Double] = [1, 3], key: RandomKey
) throws -> NumberedFigure {
  let keys = key.split(2)
  var csv = CSVWriter(header: ["mu_nsl", "latitude", "longitude", "value"])
  var panels: [SphereMap.Panel] = []
  for ratio in scaleRatios {
    var truth = distribution ?? ParametricTruth.sphere(sphere)
    truth.parameters.scaleRatio = ratio
    let model = try ConvolutionModel(truth.spectra(key: keys[0]), on: sphere)
    let field = model.bandLimitedSample(count: 1, key: keys[1]).scalars
    for (i, ring) in sphere.rings.enumerated() {
      let latitude = 90 - 180 * Double(i) / Double(sphere.latitudes - 1)
      for (j, point) in ring.enumerated() {
        let longitude = 360 * Double(j) / Double(ring.count)
        csv.append([.number(ratio), .number(latitude), .number(longitude), .number(field[point])])
      }
    }
    panels.append(
      SphereMap.Panel(
        title: String(format: "μ_NSL = %g", ratio), values: sphere.latitudeRows(of: field)))
  }
  let map = try SphereMap(
    panels: panels, color: ColorScale("ξ", .diverging), hasOwnScales: true)
  return NumberedFigure(figure: map, csv: csv.text)
}

extension Sphere {
  /// The rows of a field by latitude from north to south; a pole has its value at every longitude.
  ///
  /// - Precondition: There is one number for each point.
  func latitudeRows(of field: [Double]) -> [[Double]] {
    require(
      field.count == pointCount,
      "latitudeRows(of:): \(field.count) numbers on \(pointCount) points.")
    return rings.map { ring in
      ring.count == 1
        ? Array(repeating: field[ring.lowerBound], count: 2 * intervals)
        : Array(field[ring])
    }
  }
}
