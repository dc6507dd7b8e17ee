import LinearAlgebra
import PPL
import Parallel
import SpectralFields

extension SpectrumPairs {
  /// Pairs from an archive of ensembles: the mean spectrum of each ensemble, and the band variances of ensembles drawn from it.
  ///
  /// 1. The perturbations of an ensemble about its mean have a spectrum, averaged over members and points.
  /// 2. An ensemble of stationary fields is drawn from that spectrum, and its band variances are taken at some points.
  ///
  /// - Parameters:
  ///   - archive: The ensembles, each `[N, n]` with at least two members.
  ///   - domain: The domain of the fields.
  ///   - members: The size of the drawn ensembles, at least 2.
  ///   - points: The points that give a pair for each ensemble.
  ///   - key: The key of the drawn ensembles; the e-th uses `key.foldIn(e)`.
  ///   - pool: The threads that share the ensembles.
  /// - Throws: `FieldError` for members of another grid, too few of them, or numbers that are not finite.
  /// - Complexity: A transform of each ensemble and of its drawn counterpart.
  /// - Reference: Tsyrulnikov and Sotskiy (2023), section 6.3; `lsef.md` 10.6, with other means over space.
  public init(
    archive: [Matrix], on domain: any HarmonicDomain, members: Int, points: [Int],
    key: RandomKey, pool: WorkPool = .automatic
  ) throws {
    let bank = domain.filterBank
    let parts = try pool.mapParts(of: archive.count) { range in
      try range.map { index -> SpectrumPairs in
        let spectrum = try Self.meanSpectrum(of: archive[index], on: domain)
        let drawn = try ConvolutionModel(
          LocalSpectra(stationary: spectrum, points: domain.pointCount), on: domain
        ).bandLimitedFields(count: members, key: key.foldIn(UInt32(index)))
        let variances = try bank.bandVariances(
          of: LocalSpectrumEstimate.perturbations(of: drawn, bank: bank), on: domain,
          interpolates: false)
        return try SpectrumPairs(
          bandVariances: variances.taking(rows: points),
          spectra: Matrix(
            rows: points.count, columns: spectrum.count, points.flatMap { _ in spectrum }))
      }
    }
    try self.init(joining: parts.flatMap(\.self))
  }

  /// The modal spectrum of an ensemble, `[L + 1]`, averaged over the members and the domain.
  private static func meanSpectrum(
    of ensemble: Matrix, on domain: any HarmonicDomain
  ) throws -> [Double] {
    guard ensemble.columns == domain.pointCount else {
      throw FieldError.wrongCount(
        of: "points of the ensemble", found: ensemble.columns, needed: domain.pointCount)
    }
    guard ensemble.rows >= 2 else {
      throw FieldError.tooFewMembers(found: ensemble.rows, needed: 2)
    }
    if let k = ensemble.scalars.firstIndex(where: { !$0.isFinite }) {
      throw FieldError.notFinite(
        member: k / ensemble.columns, point: k % ensemble.columns, value: ensemble.scalars[k])
    }
    var deviations = ensemble
    deviations.shiftRows(
      from: ensemble.columnMeans, to: Array(repeating: 0, count: ensemble.columns))
    let powers = domain.powers(of: deviations, interpolates: false)
    let sums = powers.transposeMultiplied(
      by: Array(repeating: 1 / Double(ensemble.rows - 1), count: ensemble.rows))
    return zip(sums, domain.varianceWeights).map { max(0, $0 / $1) }
  }
}

extension ConvolutionModel {
  /// Draws of a stationary model by a synthesis of its waves, `[count, n]`, without a matrix of all points and waves.
  ///
  /// - Precondition: All points have one spectrum.
  fileprivate func bandLimitedFields(count: Int, key: RandomKey) -> Matrix {
    let wavenumbers = domain.modeWavenumbers
    let roots = wavenumbers.map { spectra.sigma[0, $0] }
    let noise = key.normal([count, wavenumbers.count]).scalars
    return domain.fields(
      from: Matrix(
        rows: count, columns: roots.count,
        noise.enumerated().map { $1 * roots[$0 % roots.count] }))
  }
}
