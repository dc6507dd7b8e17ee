import LinearAlgebra

/// The training data of a spectrum estimator: pairs of the band variances of an ensemble at a point and the spectrum
/// there.
public struct SpectrumPairs: Sendable {
  /// The band variances, `[pairs, J]`.
  public let bandVariances: Matrix
  /// The modal spectra, `[pairs, L + 1]`.
  public let spectra: Matrix

  /// The number of pairs.
  public var count: Int { bandVariances.rows }

  /// The pairs of the rows of two matrices, `[pairs, J]` and `[pairs, L + 1]`.
  ///
  /// - Throws: `EstimatorError` for numbers that are negative or not finite, or different numbers of rows.
  public init(bandVariances: Matrix, spectra: Matrix) throws(EstimatorError) {
    guard bandVariances.rows == spectra.rows else {
      throw .size(what: "spectra", given: spectra.rows, expected: bandVariances.rows)
    }
    try EstimatorError.checkNotNegative(
      bandVariances.scalars, columns: bandVariances.columns, "bandVariances")
    try EstimatorError.checkNotNegative(spectra.scalars, columns: spectra.columns, "spectra")
    (self.bandVariances, self.spectra) = (bandVariances, spectra)
  }

  /// The pairs of several replicates, one after the other.
  ///
  /// - Throws: As `init(bandVariances:spectra:)`, and if the replicates differ in bands or wavenumbers.
  public init(joining parts: [SpectrumPairs]) throws(EstimatorError) {
    let bands = parts.first?.bandVariances.columns ?? 0
    let wavenumbers = parts.first?.spectra.columns ?? 0
    for part in parts {
      guard part.bandVariances.columns == bands else {
        throw .size(what: "bandVariances", given: part.bandVariances.columns, expected: bands)
      }
      guard part.spectra.columns == wavenumbers else {
        throw .size(what: "spectra", given: part.spectra.columns, expected: wavenumbers)
      }
    }
    let count = parts.reduce(0) { $0 + $1.count }
    bandVariances = Matrix(
      rows: count, columns: bands, parts.flatMap(\.bandVariances.scalars))
    spectra = Matrix(rows: count, columns: wavenumbers, parts.flatMap(\.spectra.scalars))
  }

  private init(unchecked bandVariances: Matrix, _ spectra: Matrix) {
    (self.bandVariances, self.spectra) = (bandVariances, spectra)
  }

  /// The pairs of these indices, in this order.
  public func taking(_ indices: [Int]) -> SpectrumPairs {
    SpectrumPairs(
      unchecked: bandVariances.taking(rows: indices), spectra.taking(rows: indices))
  }

  /// The pairs as a network of this architecture is trained on them: for an amplitude-free one, with band variances and
  /// spectra relative to the total of the pair's band variances, so that the loss counts all amplitudes equally.
  ///
  /// - Throws: `EstimatorError.noBandVariance` for a pair of an amplitude-free network whose band variances are all 0, and
  ///   `EstimatorError.size` for pairs of other bands or wavenumbers.
  public func normalized(
    for architecture: SpectrumArchitecture
  ) throws(EstimatorError) -> SpectrumPairs {
    try checkFit(architecture)
    guard architecture.isAmplitudeFree else { return self }
    let totals = architecture.totals(bandVariances.scalars[...])
    if let pair = totals.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .noBandVariance(pair: pair)
    }
    func divided(_ matrix: Matrix) -> Matrix {
      var result = matrix
      result.withMutableScalars { numbers in
        for k in numbers.indices { numbers[k] /= totals[k / matrix.columns] }
      }
      return result
    }
    return SpectrumPairs(unchecked: divided(bandVariances), divided(spectra))
  }

  func checkFit(_ architecture: SpectrumArchitecture) throws(EstimatorError) {
    guard bandVariances.columns == architecture.bandCount else {
      throw .size(
        what: "bandVariances", given: bandVariances.columns, expected: architecture.bandCount)
    }
    guard spectra.columns == architecture.spectrumCount else {
      throw .size(what: "spectra", given: spectra.columns, expected: architecture.spectrumCount)
    }
  }
}
