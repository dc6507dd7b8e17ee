import Assimilation
import Inference
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// The training of LSEF for a dynamical model along runs of filters: first from the climatology, then from the ensembles of an
/// EnKF, then from those of LSEF itself.
///
/// At each analysis the mean periodogram of the members is a spectrum; ensembles of stationary fields drawn from it give the
/// pairs, as in `CycleTraining`. The weights of the hybrid are those of the largest likelihood of innovations.
struct ModelTraining: Sendable {
  let own: ModelCase
  /// The stride between observed points.
  let stride: Int
  let members: Int
  /// The number of analyses of a run, and the number at its start that give nothing.
  var (cycles, burnIn) = (300, 50)
  /// The number of ensembles drawn from each spectrum.
  var repeats = 8
  /// The training of the network on the pairs.
  var training = ModelTraining.standard

  init(_ own: ModelCase, observing stride: Int, members: Int) {
    (self.own, self.stride, self.members) = (own, stride, members)
  }

  /// Sixty epochs of batches of 200.
  static var standard: SpectrumTraining {
    var training = SpectrumTraining.circle
    (training.epochs, training.batchSize, training.learningRate) = (60, 200, 2e-3)
    return training
  }

  /// What the training gives the filters.
  struct Result: Sendable, Codable {
    var network: SpectrumNetwork
    /// The mean covariance of the EnKF's forecasts by its lags, `[n]`.
    var meanCovariance: [Double]
    /// The weights of the hybrid, and its factor of the covariance of LSEF.
    var weights: ScaleWeights
    var factor: Double
    /// The course of the training.
    var rounds: [Round]
    /// The deviance of the DEnKF's innovations by the covariances of localization and of LSEF; nil if that filter failed.
    var deviance: HybridLikelihood.Comparison?

    /// A round: the source of its spectra, the loss at its end, and the error of LSEF with its network in the next run.
    struct Round: Sendable, Codable, Equatable {
      let source: String
      let loss: Double
      let rmse: Double?
    }
  }

  private var bank: FilterBank { .circle(points: own.points) }
  private var circle: Circle { Circle(points: own.points) }

  /// The training, all of whose random numbers come from `key`.
  ///
  /// - Throws: As the filters and `SpectrumTraining.run`.
  func run(key: RandomKey) throws -> Result {
    let keys = key.split(5)
    let twin = try own.twin(observing: stride, cycles: cycles, key: keys[0])
    var rounds: [Result.Round] = []
    var (network, loss) = try network(of: climatologySpectra(keys[1]), key: keys[2].foldIn(0))
    var run = try follow(lsef(network), in: twin, key: keys[3])
    rounds.append(.init(source: "climatology", loss: loss, rmse: run.rmse))

    let taper = Taper.gaspariCohn(own.lengths[1])
    let enKF = PriorDEnKF(
      "DEnKF", prior: LocalizedEnsembleCovariance(taper, on: own.ring), members: members,
      inflation: 1.05)
    let first = try follow(enKF, in: twin, key: keys[3])
    let spectra = first.spectra.rows > 0 ? first.spectra : climatologySpectra(keys[1])
    (network, loss) = try self.network(of: spectra, key: keys[2].foldIn(1))
    run = try follow(lsef(network), in: twin, key: keys[3])
    rounds.append(.init(source: "DEnKF", loss: loss, rmse: run.rmse))

    if run.spectra.rows > 0 {
      (network, loss) = try self.network(of: run.spectra, key: keys[2].foldIn(2))
      let next = try follow(lsef(network), in: twin, key: keys[3])
      rounds.append(.init(source: "LSEF", loss: loss, rmse: next.rmse))
    }
    let lags = circle.covariance(ofSpectrum: spectra.columnMeans)
    var result = Result(
      network: network, meanCovariance: lags, weights: ScaleWeights(level: 3), factor: 1,
      rounds: rounds, deviance: nil)
    // First from the innovations of the DEnKF; those of the hybrid depend on its weights.
    var innovations = first.innovations
    for round in 0..<2 where !innovations.isEmpty {
      let likelihood = try HybridLikelihood(
        innovations, network: network, bank: bank, taper: .gaspariCohn(own.lengths[2]))
      if round == 0 { result.deviance = try likelihood.compared() }
      (result.weights, result.factor) = try likelihood.maximum(
        from: result.weights, result.factor)
      let settings = ModelScheme.Settings(inflation: 1.02, length: own.lengths[2], level: 0)
      let filter = try ModelScheme.lsefHybrid.filter(
        settings, members: members, of: own, trained: result)
      innovations = try follow(filter, in: twin, key: keys[4]).innovations
    }
    return result
  }

  private func lsef(_ network: SpectrumNetwork) throws -> any Filter {
    PriorDEnKF(
      "LSEF", prior: try ScaleHybridPrior(network, bank: bank), members: members, inflation: 1.02)
  }

  /// Spectra of ten anomalies of a free run each.
  private func climatologySpectra(_ key: RandomKey) -> Matrix {
    var states = own.climatology(cycles, key: key)
    let n = own.points
    states.shiftRows(from: states.columnMeans, to: Array(repeating: 0, count: n))
    let rows = (0..<cycles).map { k in
      StationarySample.spectrum(
        of: states.taking(rows: (0..<10).map { (k + 29 * $0) % cycles }), on: circle)
    }
    return Matrix(rows: cycles, columns: n / 2 + 1, rows.flatMap { $0 })
  }

  private func network(
    of spectra: Matrix, key: RandomKey
  ) throws -> (SpectrumNetwork, loss: Double) {
    let keys = key.split()
    let rows = (0..<repeats * spectra.rows).map { $0 % spectra.rows }
    let pairs = try StationarySample(bank, members: members).pairs(
      of: spectra.taking(rows: rows), key: keys.0)
    let model = SpectrumModel(
      .circle(bank, isAmplitudeFree: true), loss: .circle(own.points / 2))
    let fit = try training.run(model, on: pairs, key: keys.1)
    return (fit.network, fit.epochs.last?.loss ?? .nan)
  }

  /// What a run of a filter gives: the spectra of its forecasts' deviations, some innovations with those, and its error.
  struct Followed {
    var spectra = Matrix(rows: 0, columns: 0)
    var innovations: [HybridLikelihood.Innovation] = []
    /// The root mean squared error of analyses, averaged over time; nil if the filter lost the truth.
    var rmse: Double?
  }

  /// Follows a filter through the observations of a twin; a filter that fails gives nothing.
  func follow(
    _ filter: some Filter, in twin: TwinExperiment, key: RandomKey
  ) throws -> Followed {
    let keys = key.split()
    var state = try filter.start(twin.initial, key: keys.0)
    var (spectra, errors, result) = ([Double](), [Double](), Followed())
    for (index, observations) in twin.observations.enumerated() {
      do {
        try filter.forecast(
          &state, with: own.model, to: twin.times[index], key: keys.1.foldIn(UInt32(2 * index)))
        if index >= burnIn, let members = state.ensemble {
          var deviations = members
          let N = Double(members.rows)
          deviations.shiftRows(
            from: state.estimate, to: state.estimate.map { _ in 0 },
            scaledBy: (N / (N - 1)).squareRoot())
          spectra += StationarySample.spectrum(of: deviations, on: circle)
          if index.isMultiple(of: 8) {
            result.innovations.append(.init(deviations, state.estimate, observations))
          }
        }
        try filter.analyse(&state, observations, key: keys.1.foldIn(UInt32(2 * index + 1)))
      } catch {
        return Followed()
      }
      let truth = Array(twin.truth.row(index))
      let mse = meanSquaredError(state.estimate, truth, areas: twin.areas)
      guard mse.isFinite else { return Followed() }
      if index >= burnIn { errors.append(mse.squareRoot()) }
    }
    let columns = own.points / 2 + 1
    result.spectra = Matrix(rows: spectra.count / columns, columns: columns, spectra)
    result.rmse = errors.reduce(0, +) / Double(errors.count)
    return result
  }
}
