import Assimilation
import LinearAlgebra
import PPL
import SpectrumEstimator
import SpectrumExamples
import TestSupport
import Testing

/// The messages of mistakes in a program that uses estimators.
struct EstimatorPreconditionTests {
  @Test func architecturesSayWhatTheyNeed() async {
    let divisors = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumArchitecture(divisors: [1, 0], spectrumCount: 5) }
    expectMessage("the divisors are [1.0, 0.0], but must be positive.", of: divisors)
    let hidden = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumArchitecture(divisors: [1], spectrumCount: 5, hidden: [0]) }
    expectMessage("the hidden layers have [0] units.", of: hidden)
    let count = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumArchitecture(divisors: [1], spectrumCount: 0) }
    expectMessage("spectrumCount is 0.", of: count)
  }

  @Test func networksAndLossesFitTheirArchitecture() async {
    let layers = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumNetwork(exampleArchitecture, layers: []) }
    expectMessage("the layers do not have the widths [3, 12, 12, 5].", of: layers)
    let values = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumNetwork(exampleArchitecture, values: [:]) }
    expectMessage("no values for layer 0.", of: values)
    let loss = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = SpectrumModel(exampleArchitecture, loss: .circle(5)) }
    expectMessage("6 weights for 5 wavenumbers.", of: loss)
  }

  @Test func lossesThatAreNoDistributionHaveNoPosterior() async {
    let exit = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let loss = SpectrumLoss.sphereAnalysisError(4, observationVariance: 1)
      _ = try SpectrumModel(exampleArchitecture, loss: loss)
        .bayesian(on: examplePairs(3, noise: 0, seed: 1))
    }
    expectMessage("only a loss of square roots is a distribution of the spectra.", of: exit)
  }

  @Test func fitsSayWhatTheyNeed() async {
    let shape = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ShapeFit(shape: [1, 0, 0]) }
    expectMessage("the shape has no positive moments.", of: shape)
    let members = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = BandVarianceFit(omega: exampleOmega, shape: [1, 1, 1, 1, 1], members: 1) }
    expectMessage("5 columns for 5 numbers, and 1 members.", of: members)
    let training = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var training = SpectrumTraining.circle
      training.batchSize = 0
      _ = try training.run(
        SpectrumModel(exampleArchitecture, loss: .circle(4)),
        on: examplePairs(3, noise: 0, seed: 1), key: RandomKey(0))
    }
    expectMessage("200 epochs of batches of 0 with 0.0 held out.", of: training)
  }
}
