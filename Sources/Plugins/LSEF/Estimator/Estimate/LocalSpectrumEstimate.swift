import Assimilation
import LinearAlgebra
import SpectralFields

/// Local spectra estimated from an ensemble by a network, with intervals from the network's stated error.
///
///     let estimate = try LocalSpectrumEstimate(of: members, on: Sphere(), by: network, calibration)
///     let lengths = estimate.scales.lengths  // radians
///
/// The mean of the ensemble is removed, and its deviations count as those of N - 1 members.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 3.
public struct LocalSpectrumEstimate: Sendable {
  /// The estimated spectra.
  public let spectra: LocalSpectra
  /// The ends of the 90 % intervals of the modal spectra, `[n, L + 1]`; nil for a network without a stated error.
  public let interval: (low: Matrix, high: Matrix)?
  /// The variance and the length scale at each point.
  public let scales: FieldScales
  /// The band variances of the ensemble, `[n, J]`.
  public let bandVariances: Matrix
  /// The sample variance of the ensemble at each point, `[n]`.
  public let sampleVariances: [Double]
  /// The domain of the fields.
  public let domain: any HarmonicDomain
  /// The stated error of the network.
  public let calibration: SpectrumCalibration?

  /// The estimate from an ensemble.
  ///
  /// - Parameters:
  ///   - members: The ensemble, `[N, n]`.
  ///   - domain: The domain of its fields.
  ///   - network: The network, trained for this domain.
  ///   - calibration: The stated error of the network, which also says how its band variances were made; nil for a network of
  ///     the published experiments.
  /// - Throws: `AnalysisError.ensembleTooSmall` for fewer than two members; `EstimatorError` and `FieldError` where network,
  ///   domain and ensemble do not fit.
  public init(
    of members: Matrix, on domain: any HarmonicDomain, by network: SpectrumNetwork,
    _ calibration: SpectrumCalibration?
  ) throws {
    guard members.rows >= 2 else {
      throw AnalysisError.ensembleTooSmall(members: members.rows, needed: 2)
    }
    let bank = domain.filterBank
    let architecture = network.architecture
    guard architecture.spectrumCount == domain.spectrumCount else {
      throw EstimatorError.size(
        what: "the network's spectrum", given: architecture.spectrumCount,
        expected: domain.spectrumCount)
    }
    bandVariances = try bank.bandVariances(
      of: Self.perturbations(of: members, bank: bank), on: domain,
      interpolates: calibration?.interpolates ?? true)
    let output = try network.output(bandVariances)
    let wavenumbers = output.columns
    spectra = try LocalSpectra(
      modal: Matrix(
        rows: output.rows, columns: wavenumbers, output.scalars.map { $0 * $0 }))
    let units = architecture.totals(bandVariances.scalars[...]).map { $0.squareRoot() }
    interval = calibration.map { calibration in
      func end(_ error: KeyPath<SpectrumCalibration.Interval, Double>) -> Matrix {
        Matrix(
          rows: output.rows, columns: wavenumbers,
          output.scalars.enumerated().map { k, o in
            let error = calibration.roots[k % wavenumbers][keyPath: error]
            let root = max(0, abs(o) + error * units[k / wavenumbers])
            return root * root
          })
      }
      return (end(\.low), end(\.high))
    }
    scales = FieldScales(spectra.modal, on: domain)
    sampleVariances = members.columnVariances
    (self.domain, self.calibration) = (domain, calibration)
  }

  /// The perturbations that the filter bank takes: on the sphere, whose bank divides by N, deviations from the mean times
  /// sqrt(N / (N - 1)); on the circle, whose bank removes the mean, the members themselves.
  public static func perturbations(of members: Matrix, bank: FilterBank) -> Matrix {
    if bank.estimatesMean { return members }
    let N = Double(members.rows)
    var result = members
    result.shiftRows(
      from: members.columnMeans, to: Array(repeating: 0, count: members.columns),
      scaledBy: (N / (N - 1)).squareRoot())
    return result
  }

  /// The convolution model with the estimated spectra.
  ///
  /// - Throws: As `ConvolutionModel(_:on:)`.
  public func model() throws(FieldError) -> ConvolutionModel {
    try ConvolutionModel(spectra, on: domain)
  }
}
