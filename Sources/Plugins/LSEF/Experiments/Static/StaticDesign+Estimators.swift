import Assimilation
import Foundation
import Runs
import SpectralFields
import SpectrumEstimator
import Tables

extension StaticDesign {
  /// The network in a folder, if it is one for this domain and this filter bank.
  ///
  /// - Throws: `DataError` for files that are not those of a network; `OtherNetwork` and `OtherBank`.
  func network(in folder: String, bank options: BandOptions) throws -> SpectrumNetwork {
    let (network, provenance) = try SpectrumNetworkFiles.read(
      from: URL(filePath: folder, directoryHint: .isDirectory))
    try options.check(provenance, in: folder)
    let name = sphere == nil ? "circle" : "sphere"
    for (what, given, expected) in [
      ("the network", network.bandCount, bank.count),
      ("the network's spectrum", network.spectrumCount, domain.spectrumCount),
    ] where given != expected {
      throw OtherNetwork(
        folder: folder, reason: .size(what: what, given: given, expected: expected), preset: name,
        domain: name)
    }
    return network
  }

  /// The estimator without a network: the shape is that of the stationary truth on the sphere, and of the mean spectrum on the
  /// circle.
  ///
  /// - Parameters:
  ///   - point: The point of the experiment.
  ///   - meanSpectrum: The mean variance of each wavenumber, `[L + 1]`.
  /// - Reference: `lsef.md` 6.1.
  func shapeEstimator(
    _ point: StaticPoint, meanSpectrum: [Double]
  ) throws(EstimatorError) -> ShapeEstimator {
    let parameters = truth(point).parameters
    guard sphere == nil else {
      let spectrum = truth(point).spectrum(
        deviation: parameters.deviation.median, lengthscale: parameters.lengthscale.median,
        slope: parameters.slope.median)
      return try ShapeEstimator(bank, shape: spectrum, on: domain)
    }
    let modal = zip(meanSpectrum, domain.varianceWeights).map(/)
    var estimator = try ShapeEstimator(bank, shape: modal, on: domain)
    (estimator.fit.largestStretch, estimator.fit.stretchPenalty) = (5_000, 0)
    if domain.pointCount == 60 { estimator.fit.moments = .zeroAndOne }
    return estimator
  }
}

extension SpectrumNetwork {
  /// The text of all weights, which identifies a network.
  var text: String {
    layers.map { "\($0.weights.scalars) \($0.biases)" }.joined(separator: "\n")
  }
}
