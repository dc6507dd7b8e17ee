import LinearAlgebra

/// The error of the local approximation of band variances, v_j(x) ≈ sum_l w_l H_j(l)² b_l(x), against the exact variances of the
/// filtered field.
///
///     xi_H(x): the filter on the whole field,    xic_H(x) = sum_l H(l) sigma_l(x) a_l Y_l(x)
///     E (xi_H - xic_H)² / E xic_H²    ≲    (nu L_H / Lambda)²,    L_H = 1 / d_j
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), appendix F, eqs. (50) to (55); `lsef.md` 12.4.
public struct BandApproximation: Sendable {
  /// The mean square of the error of the approximate field over that of the field, for each band, `[J]`.
  public let errors: [Double]
  /// The estimate (nu / (d_j Lambda))² of these errors, `[J]`; to a factor of order 1, a bound.
  public let bounds: [Double]
  /// The root mean square over the domain of the relative error of the approximate variance, `[J]`.
  public let varianceErrors: [Double]

  /// The errors for a model and a bank.
  ///
  /// - Throws: `FieldError` for a bank of another domain.
  /// - Complexity: J transforms of a field for each wave; memory for as many fields.
  public init(of model: ConvolutionModel, by bank: FilterBank) throws(FieldError) {
    let domain = model.domain
    let stationarity = LocalStationarity(of: model)
    let ratio = stationarity.strength / stationarity.nonStationarityLength
    bounds = bank.halfWidths.map { (ratio / $0) * (ratio / $0) }
    let exact = try bank.filtered(
      model.modalSquareRoot().transposed(), on: domain, interpolates: false)
    let waves = try bank.filtered(domain.modes().transposed(), on: domain, interpolates: false)
    let (sigma, wavenumbers) = (model.spectra.sigma, domain.modeWavenumbers)
    let areas = domain.cellAreas
    let total = areas.reduce(0, +)
    var (errors, varianceErrors) = ([Double](), [Double]())
    for (full, modes) in zip(exact, waves) {
      let parts = [(full.real, modes.real)] + (zip2(full.imaginary, modes.imaginary) ?? [])
      var (error, size, relative) = (0.0, 0.0, 0.0)
      for x in 0..<domain.pointCount {
        var (difference, variance, exactVariance) = (0.0, 0.0, 0.0)
        for (whole, local) in parts {
          for (k, l) in wavenumbers.enumerated() {
            let approximate = sigma[x, l] * local[k, x]
            difference += (whole[k, x] - approximate) * (whole[k, x] - approximate)
            variance += approximate * approximate
            exactVariance += whole[k, x] * whole[k, x]
          }
        }
        error += areas[x] * difference
        size += areas[x] * variance
        let own = variance > 0 ? exactVariance / variance - 1 : 0
        relative += areas[x] / total * own * own
      }
      errors.append(error / size)
      varianceErrors.append(relative.squareRoot())
    }
    (self.errors, self.varianceErrors) = (errors, varianceErrors)
  }
}

private func zip2(_ a: Matrix?, _ b: Matrix?) -> [(Matrix, Matrix)]? {
  guard let a, let b else { return nil }
  return [(a, b)]
}
