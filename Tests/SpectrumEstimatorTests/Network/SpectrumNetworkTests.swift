import Assimilation
import Foundation
import LinearAlgebra
import PPL
import SpectrumExamples
import TestSupport
import Testing

@testable import SpectrumEstimator

struct SpectrumNetworkTests {
  private func network(
    _ change: (inout SpectrumArchitecture) -> Void = { _ in }, seed: UInt64 = 1
  ) throws -> SpectrumNetwork {
    var architecture = exampleArchitecture
    change(&architecture)
    let model = SpectrumModel(architecture, loss: .circle(4))
    let trace = try Model { p in _ = model.startingParameters(&p) }.seeded(by: RandomKey(seed))
      .trace()
    return SpectrumNetwork(architecture, values: trace.values)
  }

  @Test func theNetworkOfTheSphereHasTheParametersOfThePaper() {
    let sphere = SpectrumArchitecture(
      divisors: Array(repeating: 1, count: 6), spectrumCount: 50)
    #expect(sphere.parameterCount == 21_410)
    let circle = SpectrumArchitecture(
      divisors: Array(repeating: 1, count: 6), spectrumCount: 61)
    #expect(circle.parameterCount == 22_741 && circle.layerCount == 3)
  }

  @Test(arguments: [
    SpectrumArchitecture.Activation.relu, .leakyReLU, .tanh, .sigmoid,
  ])
  func predictionsAreThoseOfTheModel(activation: SpectrumArchitecture.Activation) throws {
    let network = try network { $0.activation = activation }
    let pairs = try examplePairs(7, noise: 0.3, seed: 2)
    let model = SpectrumModel(network.architecture, loss: .circle(4))
    let values = Dictionary(
      uniqueKeysWithValues: zip(network.architecture.parameters, network.scalars).map {
        ($0.name, Tensor($1, shape: $0.shape))
      })
    let output = try model.trained(on: pairs).substituting(values).outputAndTrace().output
    expectClose(
      try network.output(pairs.bandVariances).scalars, output.scalars, relative: 1e-13,
      absolute: 1e-14)
  }

  @Test func predictionsAreSquaresPointByPointInAnyOrderAndAnyNumber() throws {
    let network = try network()
    // More than one batch.
    let variances = try examplePairs(2_100, noise: 0.3, seed: 3).bandVariances
    let spectra = try network.predict(variances)
    let output = try network.output(variances)
    #expect(spectra.scalars == output.scalars.map { $0 * $0 })
    let order = [2_099, 5, 1_023, 1_024, 0]
    expectClose(
      try network.predict(variances.taking(rows: order)).scalars,
      spectra.taking(rows: order).scalars, relative: 1e-12, absolute: 1e-15)
    #expect(try network.predict(Matrix(rows: 0, columns: 3)).rows == 0)
  }

  @Test func theNetworkMaySeeVariancesInsteadOfTheirRoots() throws {
    let (roots, plain) = (try network(), try network { $0.takesRoots = false })
    let variances = try examplePairs(3, noise: 0, seed: 4).bandVariances
    let divisors = exampleArchitecture.divisors
    var squared = variances
    squared.withMutableScalars { v in
      for k in v.indices { v[k] = v[k] * v[k] / divisors[k % 3] }
    }
    expectClose(
      try roots.predict(squared).scalars, try plain.predict(variances).scalars, relative: 1e-12,
      absolute: 1e-14)
  }

  @Test func fieldsInOtherUnitsHaveTheirSpectraInThoseUnits() throws {
    let network = try network()
    let variances = try examplePairs(3, noise: 0, seed: 5).bandVariances
    var larger = variances
    larger.withMutableScalars { v in
      for k in v.indices { v[k] *= 100 }
    }
    expectClose(
      try network.predict(larger, unit: 100).scalars,
      try network.predict(variances).scalars.map { 100 * $0 }, relative: 1e-12)
  }

  @Test func bandVariancesThatAreNoneAreRefused() throws {
    let network = try network()
    #expect(throws: EstimatorError.size(what: "bandVariances", given: 2, expected: 3)) {
      try network.predict(Matrix(rows: 1, columns: 2))
    }
    for (bad, text) in [(-1.0, "-1.0"), (.nan, "nan"), (.infinity, "inf")] {
      #expect(
        throws: EstimatorError.value(what: "bandVariances", row: 1, column: 2, value: text)
      ) { try network.predict(Matrix(rows: 2, columns: 3, [1, 1, 1, 1, 1, bad])) }
    }
  }

  @Test(arguments: [
    (
      EstimatorError.size(what: "bandVariances", given: 2, expected: 3),
      "has 2 columns, but needs 3."
    ),
    (.value(what: "spectra", row: 1, column: 2, value: "nan"), "spectra[1, 2] is nan, but must"),
    (.tooFewPairs(0, needed: 1), "there are 0 pairs to train on; give at least 1."),
    (.diverged(step: 7), "step 7: the loss or a weight is not finite. Lower the learning rate"),
    (.noVariance(point: 3), "point 3: the spectrum to fit has no positive moments"),
    (.noBandVariance(pair: 4), "pair 4: the total of the band variances is not positive"),
    (.dependentBands, "linearly dependent"),
  ])
  func errorsSayWhatIsWrong(error: EstimatorError, text: String) {
    #expect(error.description.contains(text))
  }
}

struct SpectrumLossTests {
  @Test func theLossIsZeroOnlyAtTheRootsOfTheSpectrum() {
    let spectrum = [4.0, 1, 0.25]
    let losses: [SpectrumLoss] = [
      .sphere(2), .circle(2), .circleBySigns(2), .circle(2, raisingBelow: 1, to: 5),
      .sphereAnalysisError(2, observationVariance: 1), .absolute(2), .mixed(2),
    ]
    for loss in losses {
      #expect(loss([2, 1, 0.5], spectrum) == 0)
      for l in 0..<3 {
        var output = [2, 1, 0.5]
        output[l] += 0.1
        #expect(loss(output, spectrum) > 0)
      }
    }
  }

  @Test func weightsAreThoseOfTheSpecification() {
    let unit = { (loss: SpectrumLoss, l: Int) in
      loss((0..<4).map { $0 == l ? 1.0 : 0 }, [0, 0, 0, 0])
    }
    expectClose(
      (0..<4).map { unit(.sphere(3), $0) }, [1, 3, 5, 7].map { $0 / (4 * .pi) }, relative: 1e-14)
    #expect((0..<4).map { unit(.circle(3), $0) } == [0.25, 0.25, 0.25, 0.25])
    #expect((0..<4).map { unit(.circleBySigns(3), $0) } == [1, 2, 2, 1])
    // 1 + 4 (cos(pi l / 2) + 1) / 2 up to 2, over four.
    expectClose(
      (0..<4).map { unit(.circle(3, raisingBelow: 2, to: 5), $0) }, [1.25, 0.75, 0.25, 0.25],
      relative: 1e-14)
    // r = 2 · 4 pi / 16; b = 0 and o² = 1: r² m / (r (1 + r)²).
    let r = Double.pi / 2
    expectClose(
      (0..<4).map { unit(.sphereAnalysisError(3, observationVariance: 2), $0) },
      [1, 3, 5, 7].map { r * $0 / (4 * .pi) / ((1 + r) * (1 + r)) }, relative: 1e-13)
  }

  @Test func theMixedLossAddsModuliAndSquaresOfDifferencesOfEachOrder() {
    // d = 1, -1, 2; Dd = -2, 3; DDd = 5.
    let output = [1.0, -1, 2]
    let (first, second, third) = ((4.0 + 6) / 3, (5.0 + 13) / 2, 5.0 + 25)
    expectClose(
      [SpectrumLoss.mixed(2)(output, [0, 0, 0])], [first + second + third], relative: 1e-14)
    expectClose([SpectrumLoss.absolute(2)(output, [0, 0, 0])], [4.0 / 3], relative: 1e-14)
  }

  @Test(arguments: [
    SpectrumLoss.sphere(4), .circle(4), .sphereAnalysisError(4, observationVariance: 1),
    .absolute(4), .mixed(4),
  ])
  func theDensityOfTheModelIsTheLossButForAConstant(loss: SpectrumLoss) throws {
    let model = SpectrumModel(exampleArchitecture, loss: loss)
    let pairs = try examplePairs(20, noise: 0.2, seed: 5)
    let program = try model.trained(on: pairs).seeded(by: RandomKey(6))
    let trace = try program.trace()
    let network = SpectrumNetwork(exampleArchitecture, values: trace.values)
    expectClose(
      [-trace.logDensity().scalar / 20 - model.constant],
      [try network.meanLoss(loss, on: pairs)], relative: 1e-11)
  }

  @Test func theGradientIsThatOfTheFormulaAndOfFiniteDifferences() throws {
    let model = SpectrumModel(exampleArchitecture, loss: .sphere(4))
    let pairs = try examplePairs(6, noise: 0.2, seed: 7)
    let program = try model.trained(on: pairs)
    let values = try program.seeded(by: RandomKey(8)).trace().values
    // With respect to the last biases: the mean of 2 w_l (o_l - sigma_l).
    let output = try SpectrumNetwork(exampleArchitecture, values: values)
      .output(pairs.bandVariances)
    let expected = (0..<5).map { l in
      (0..<6).reduce(0) { sum, pair in
        let difference = output[pair, l] - pairs.spectra[pair, l].squareRoot()
        return sum + 2 * Double(2 * l + 1) / (4 * .pi) * difference / 6
      }
    }
    let loss = { (name: String) in
      { (x: Tensor) in
        var given = values
        given[name] = x
        return try -program.substituting(given).trace().logDensity() / 6
      }
    }
    let biases = try #require(values["layer2.biases"])
    expectClose(
      try gradient(of: loss("layer2.biases"), at: biases).scalars, expected, relative: 1e-11)
    for name in ["layer0.weights", "layer1.biases"] {
      let start = try #require(values[name])
      let slopes = try gradient(of: loss(name), at: start).scalars
      for k in stride(from: 0, to: start.count, by: 7) {
        let h = 1e-5
        let moved = { (by: Double) in
          var numbers = start.scalars
          numbers[k] += by
          return try loss(name)(Tensor(numbers, shape: start.shape)).scalar
        }
        let difference = (try moved(h) - moved(-h)) / (2 * h)
        // Rounding, 1e-16 of a loss of order ten over h, and kinks of the rectifier that h does not reach.
        #expect(abs(slopes[k] - difference) < 1e-8)
      }
    }
  }
}
