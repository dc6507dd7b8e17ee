import Foundation
import LinearAlgebra
import PPL
import SpectrumExamples
import TestSupport
import Testing

@testable import SpectrumEstimator

struct AmplitudeFreeNetworkTests {
  private static var architecture: SpectrumArchitecture {
    var architecture = exampleArchitecture
    architecture.isAmplitudeFree = true
    return architecture
  }
  private let model = SpectrumModel(Self.architecture, loss: .circle(4))

  private var network: SpectrumNetwork {
    get throws {
      SpectrumNetwork(Self.architecture, values: try model.initialValues(key: RandomKey(1)))
    }
  }

  private var training: SpectrumTraining {
    var training = SpectrumTraining.circle
    (training.epochs, training.batchSize, training.learningRate) = (20, 100, 1e-2)
    return training
  }

  private func scaled(_ matrix: Matrix, by factor: Double) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, matrix.scalars.map { factor * $0 })
  }

  /// The pairs, each with a unit of its own: 1 K, 1 hPa in Pa and so on.
  private func inUnits(_ pairs: SpectrumPairs) throws -> SpectrumPairs {
    let units = [1, 1e4, 1e-6, 1e12]
    func scaled(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        matrix.scalars.enumerated().map { $1 * units[$0 / matrix.columns % units.count] })
    }
    return try SpectrumPairs(
      bandVariances: scaled(pairs.bandVariances), spectra: scaled(pairs.spectra))
  }

  @Test func spectraScaleAsTheBandVariances() throws {
    let variances = try examplePairs(3, noise: 0, seed: 5).bandVariances
    let spectra = try network.predict(variances)
    for factor in [1e-12, 100, 1e20] {
      expectClose(
        try network.predict(scaled(variances, by: factor)).scalars,
        spectra.scalars.map { factor * $0 }, relative: 1e-12)
      expectClose(
        try network.predict(variances, unit: factor).scalars, spectra.scalars, relative: 1e-12)
    }
  }

  @Test func aUnitTotalGivesTheNetworkWithItsAmplitude() throws {
    let variances = try examplePairs(4, noise: 0.2, seed: 6).normalized(for: Self.architecture)
      .bandVariances
    expectClose(
      Self.architecture.totals(variances.scalars[...]), [1, 1, 1, 1], relative: 1e-15)
    let plain = SpectrumNetwork(exampleArchitecture, layers: try network.layers)
    expectClose(
      try network.predict(variances).scalars, try plain.predict(variances).scalars, relative: 1e-13)
  }

  @Test func aPointWithoutVarianceHasASpectrumOfZeros() throws {
    let zeros = try network.predict(Matrix(rows: 2, columns: 3, [0, 0, 0, 1, 1, 1]))
    #expect(zeros.row(0).allSatisfy { $0 == 0 } && zeros.row(1).allSatisfy(\.isFinite))
    #expect(throws: EstimatorError.noBandVariance(pair: 1)) {
      try SpectrumPairs(
        bandVariances: Matrix(rows: 2, columns: 3, [1, 0, 0, 0, 0, 0]),
        spectra: Matrix(rows: 2, columns: 5)
      ).normalized(for: Self.architecture)
    }
  }

  /// Powers of ten round, so that trainings differ in their last digits, and steps enlarge that.
  @Test func aTrainingDoesNotDependOnTheUnitsOfItsPairs() throws {
    let pairs = try examplePairs(400, noise: 0.1, seed: 7)
    let fits = try [pairs, inUnits(pairs)].map {
      try training.run(model, on: $0, key: RandomKey(8))
    }
    let variances = try examplePairs(20, noise: 0, seed: 9).bandVariances
    expectClose(
      try fits[0].network.predict(variances).scalars,
      try fits[1].network.predict(variances).scalars, relative: 1e-6, absolute: 1e-9)
    #expect(
      abs(fits[0].epochs.last!.loss - fits[1].epochs.last!.loss) < 1e-6 * fits[0].epochs[0].loss)
  }

  @Test func theLossIsThatOfPairsOfUnitTotal() throws {
    let pairs = try examplePairs(30, noise: 0.1, seed: 10)
    let normalized = try pairs.normalized(for: Self.architecture)
    let plain = SpectrumNetwork(exampleArchitecture, layers: try network.layers)
    let expected = try plain.meanLoss(.circle(4), on: normalized)
    #expect(abs(try network.meanLoss(.circle(4), on: pairs) / expected - 1) < 1e-12)
    #expect(try pairs.normalized(for: exampleArchitecture).spectra == pairs.spectra)
  }

  @Test func filesKeepTheChoiceAndOlderProgramsRefuseThem() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let provenance = SpectrumNetworkFiles.Provenance(
      program: "ppl", seed: 1, sample: "test", pairs: 1, epochs: [])
    try SpectrumNetworkFiles.write(network, provenance: provenance, to: folder)
    let read = try SpectrumNetworkFiles.read(from: folder)
    #expect(try read.network == network && read.network.architecture.isAmplitudeFree)
    let text = try String(
      contentsOf: folder.appending(path: SpectrumNetworkFiles.name), encoding: .utf8)
    #expect(text.contains("\"schema\" : \"lsef-spectrum/3\""))
  }
}
