import LinearAlgebra
import SpectralFields

extension SpectrumCalibration {
  /// The fractions of true values within the stated 90 % intervals.
  public struct Coverage: Sendable, Equatable, Codable {
    /// The fraction of modal spectra, over pairs and wavenumbers.
    public var spectra: Double
    /// The fraction of standard deviations of the field, over pairs.
    public var deviation: Double
    /// The fraction of length scales, over pairs.
    public var length: Double

    /// A coverage with these fractions.
    public init(spectra: Double, deviation: Double, length: Double) {
      (self.spectra, self.deviation, self.length) = (spectra, deviation, length)
    }
  }

  /// The coverage of the stated intervals on pairs, which the training and this statement have not seen.
  ///
  /// - Parameters:
  ///   - network: The network of this statement.
  ///   - pairs: The pairs.
  ///   - domain: The domain of the fields.
  /// - Throws: `EstimatorError` for pairs of other sizes; as `SpectrumNetwork.predict(_:)`.
  public func coverage(
    of network: SpectrumNetwork, on pairs: SpectrumPairs, of domain: any HarmonicDomain
  ) throws(EstimatorError) -> Coverage {
    try pairs.checkFit(network.architecture)
    let units = network.architecture.totals(pairs.bandVariances.scalars[...])
      .map { $0.squareRoot() }
    let estimated = try network.predict(pairs.bandVariances)
    var inside = 0
    for pair in 0..<pairs.count {
      for (l, error) in roots.enumerated() {
        let own = estimated[pair, l].squareRoot()
        let truth = pairs.spectra[pair, l].squareRoot()
        let (low, high) = (own + error.low * units[pair], own + error.high * units[pair])
        if truth >= max(0, low) && truth <= max(0, high) { inside += 1 }
      }
    }
    let (truth, own) = (FieldScales(pairs.spectra, on: domain), FieldScales(estimated, on: domain))
    func fraction(_ ratios: [Double], _ interval: Interval) -> Double {
      Double(ratios.count { $0 >= interval.low && $0 <= interval.high })
        / Double(max(ratios.count, 1))
    }
    return Coverage(
      spectra: Double(inside) / Double(max(pairs.count * roots.count, 1)),
      deviation: fraction(
        zip(truth.variances, own.variances).map { ($0 / $1).squareRoot() }, deviation),
      length: fraction(zip(truth.lengths, own.lengths).map { $0 / $1 }, length))
  }
}
