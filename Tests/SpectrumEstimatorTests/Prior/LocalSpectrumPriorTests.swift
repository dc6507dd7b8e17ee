import Assimilation
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumExamples
import TestSupport
import Testing

@testable import SpectrumEstimator

struct LocalSpectrumPriorTests {
  private let circle = Circle(points: 24)
  private let bank = FilterBank.circle(points: 24)

  @Test func productsAndTransformsSeeTheSameBandVariances() throws {
    let ensemble = example(members: 5)
    expectClose(
      CircleBandVariances(bank)(ensemble).scalars,
      try bank.bandVariances(of: ensemble, on: circle).scalars, relative: 1e-11)
  }

  /// B of the convolution model whose spectra the network gives, entry by entry.
  @Test func rowsAreThoseOfTheConvolutionModel() throws {
    let network = exampleNetwork(bank)
    let prior = try LocalSpectrumPrior(network, bank: bank)
    let ensemble = example(members: 4)
    let spectra = try network.predict(bank.bandVariances(of: ensemble, on: circle))
    let model = try ConvolutionModel(LocalSpectra(modal: spectra), on: circle)
    let points = [0, 7, 12, 23]
    expectClose(
      try prior.estimated(from: ensemble).rows(at: points).scalars,
      model.covariance().taking(rows: points).scalars, relative: 1e-10, absolute: 1e-12)
    // And so of W Wᵀ.
    let W = model.squareRoot()
    expectClose(
      try prior.estimated(from: ensemble).rows(at: points).scalars,
      Matrix.product(W.taking(rows: points), W, transposingSecond: true).scalars,
      relative: 1e-10, absolute: 1e-12)
  }

  @Test func theFilterAnalysesWithTheModelsCovariance() throws {
    let network = exampleNetwork(bank)
    let filter = try ControlFilter.lsef(members: 4, network: network, bank: bank)
    #expect(filter.name == "LSEF" && filter.inflation == 1)
    let ensemble = example(members: 4)
    let observations = try Observations(points: [2, 9], values: [1, -1], variance: 0.5)
    var state = FilterState(estimate: Array(repeating: 0, count: 24), ensemble: ensemble)
    try filter.analyse(&state, observations, key: RandomKey(0))
    let spectra = try network.predict(bank.bandVariances(of: ensemble, on: circle))
    let model = try ConvolutionModel(LocalSpectra(modal: spectra), on: circle)
    expectClose(
      state.estimate,
      try observations.analysis(prior: SquareRootCovariance(model.squareRoot())),
      relative: 1e-10, absolute: 1e-12)
  }

  @Test func networksOfAnotherBankAreRefused() {
    #expect(throws: EstimatorError.size(what: "the network's spectrum", given: 13, expected: 21)) {
      _ = try LocalSpectrumPrior(exampleNetwork(bank), bank: .circle(points: 40))
    }
    let bands = SpectrumNetwork(
      SpectrumArchitecture(divisors: [1], spectrumCount: 13, hidden: []),
      layers: [.init(weights: Matrix(rows: 1, columns: 13), biases: Array(repeating: 0, count: 13))]
    )
    #expect(throws: EstimatorError.size(what: "the network", given: 1, expected: 6)) {
      _ = try LocalSpectrumPrior(bands, bank: bank)
    }
  }

  @Test func statesOfAnotherCircleAreRefused() throws {
    let filter = try ControlFilter.lsef(members: 3, network: exampleNetwork(bank), bank: bank)
    #expect(filter.prior.pointCount == 24)
    var state = FilterState(
      estimate: Array(repeating: 0, count: 30), ensemble: Matrix(rows: 3, columns: 30))
    #expect(throws: AnalysisError.otherGrid(of: "the filter bank", points: 24, expected: 30)) {
      try filter.analyse(
        &state, Observations(points: [29], values: [1], variance: 1), key: RandomKey(0))
    }
  }

  @Test func aSingleMemberHasNoBandVariances() throws {
    let prior = try LocalSpectrumPrior(exampleNetwork(bank), bank: bank)
    #expect(throws: AnalysisError.ensembleTooSmall(members: 1, needed: 2)) {
      _ = try prior.estimated(from: example(members: 1))
    }
  }

  private func example(members: Int) -> Matrix {
    Matrix(rows: members, columns: 24, RandomKey(1).normal([members, 24]).scalars)
  }
}
