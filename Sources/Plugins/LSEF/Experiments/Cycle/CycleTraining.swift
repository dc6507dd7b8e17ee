import Assimilation
import Inference
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// The training of the spectrum network of the cycled filter, on the covariances of an EnKF in the most non-stationary
/// regime.
///
///     let fit = try CycleTraining().run(key: RandomKey(0))
///
/// 1. At each analysis the perturbations' covariance is averaged over the points; its spectrum is b.
/// 2. An ensemble of stationary fields is drawn from b, and its band variances are computed at one point.
/// 3. The network learns the map from band variances to b.
///
/// One network serves all ensemble sizes and regimes.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), section 6.3; `lsef.md` 10.6.
public struct CycleTraining: Sendable {
  /// The process and its observations.
  public var design = CycleDesign()
  /// The regime of non-stationarity.
  public var regime = DSADM.Regime.stronglyNonStationary
  /// The number of analyses; each gives one pair.
  public var cycles = 50_000
  /// The ensemble size N of the EnKF, and of the ensembles drawn from its spectra.
  public var members = 10
  /// The inflation of the EnKF: the factor of the perturbations before each analysis.
  public var inflation = 1.02
  /// The band set of the network.
  public var filters = BandSet.a
  /// The training of the network on the pairs.
  public var training = SpectrumTraining.circle

  /// The published training.
  public init() {}

  /// The filters on the circle of the design.
  public var bank: FilterBank { .circle(points: design.process.mesh.points, set: filters) }

  /// The network and its loss, for the bank and the wavenumbers of the circle.
  public var model: SpectrumModel {
    SpectrumModel(.circle(bank), loss: .circle(design.process.mesh.points / 2))
  }

  /// Makes the pairs and trains a network on them.
  ///
  /// - Throws: As `pairs(key:)` and `SpectrumTraining.run`.
  public func run(
    key: RandomKey, progress: (Int, EpochRecord) -> Bool = { _, _ in true }
  ) throws -> SpectrumTraining.Fit {
    let keys = key.split()
    let pairs = try pairs(key: keys.0)
    return try training.run(model, on: pairs, key: keys.1, progress: progress)
  }

  /// The pairs of band variances and spectra, one for each analysis.
  ///
  /// - Throws: `DSADM.InstabilityError` for a regime too unstable for the scheme; what the filter throws.
  /// - Precondition: The mesh has an even number of points; there are at least two members.
  public func pairs(key: RandomKey) throws -> SpectrumPairs {
    let keys = key.split()
    let spectra = try spectra(key: keys.0)
    return try SpectrumPairs(
      bandVariances: bandVariances(of: spectra, key: keys.1), spectra: spectra)
  }

  /// The half spectrum b of the averaged covariance of each cycle, `[cycles, n/2 + 1]`.
  ///
  /// With x_l the coefficients of a perturbation e, the average of e eᵀ along cyclic diagonals has the spectrum |x_l|². So b is
  /// the mean of the members' periodograms, and not negative.
  func spectra(key: RandomKey) throws -> Matrix {
    let circle = Circle(points: design.process.mesh.points)
    let filter = ControlFilter.enKF(
      members: members, taper: design.taper(members: members), on: design.process.mesh.ring,
      inflation: inflation)
    var (perturbations, spectra) = ([Double](), [Double]())
    spectra.reserveCapacity(cycles * circle.spectrumCount)
    try design.cycle(filter, regime: regime, cycles: cycles, key: key) { state, cycle in
      // The control is 0, so that members are perturbations.
      perturbations += state.ensemble?.scalars ?? []
      guard (cycle + 1) % 500 == 0 || cycle + 1 == cycles else { return }
      spectra += meanPeriodograms(perturbations, on: circle)
      perturbations.removeAll(keepingCapacity: true)
    }
    return Matrix(rows: cycles, columns: circle.spectrumCount, spectra)
  }

  private func meanPeriodograms(_ members: [Double], on circle: Circle) -> [Double] {
    let n = circle.pointCount
    let fields = Matrix(rows: members.count / n, columns: n, members)
    let powers = circle.powers(of: fields)
    let (count, weights) = (circle.spectrumCount, circle.varianceWeights)
    let scale = inflation * inflation / Double(self.members)
    var sums = Array(repeating: 0.0, count: fields.rows / self.members * count)
    for row in 0..<fields.rows {
      let start = row / self.members * count
      for l in 0..<count { sums[start + l] += scale / weights[l] * powers[row, l] }
    }
    return sums
  }

  /// The band variances, at one point, of an ensemble drawn from each spectrum, `[cycles, J]`.
  ///
  /// At the first point a filtered field is the sum of its coefficients H_l x_l, whose real and imaginary parts are
  /// independent normals of variance b_l / 2, except that those of l = 0 and n/2 are real.
  func bandVariances(of spectra: Matrix, key: RandomKey) -> Matrix {
    let (n, bank) = (design.process.mesh.points, bank)
    let waves = wavesAtOnePoint(bank)
    var result: [Double] = []
    result.reserveCapacity(spectra.rows * bank.count)
    for row in 0..<spectra.rows {
      let deviations = (0..<n).map { spectra[row, ($0 + 1) / 2].squareRoot() }
      var draws = Matrix(
        rows: members, columns: n, key.foldIn(UInt32(row)).normal([members, n]).scalars)
      draws.withMutableScalars { draws in
        for k in draws.indices { draws[k] *= deviations[k % n] }
      }
      let filtered = Matrix.product(draws, waves)
      let variances = filtered.columnVariances
      result += (0..<bank.count).map { variances[2 * $0] + variances[2 * $0 + 1] }
    }
    return Matrix(rows: spectra.rows, columns: bank.count, result)
  }

  /// The real and imaginary outputs of each band for the real waves 0, cos 1, sin 1, ... of unit coefficients, `[n, 2
  /// J]`.
  private func wavesAtOnePoint(_ bank: FilterBank) -> Matrix {
    let n = bank.transfer.columns
    var waves = Matrix(rows: n, columns: 2 * bank.count)
    for band in 0..<bank.count {
      let H = bank.transfer.row(band)
      for wave in 0..<n {
        let l = (wave + 1) / 2
        let (here, opposite) = (H[H.startIndex + l], H[H.startIndex + (n - l) % n])
        let isSingle = l == 0 || 2 * l == n
        // The mean of two squares with variance 1/2 each.
        let share = 0.5.squareRoot()
        if isSingle {
          waves[wave, 2 * band] = here
        } else if wave % 2 == 1 {
          waves[wave, 2 * band] = share * (here + opposite)
        } else {
          waves[wave, 2 * band + 1] = share * (here - opposite)
        }
      }
    }
    return waves
  }
}
