import Kernels
import PPL
import TestSupport
import Testing

/// Rows 1 and 3 are 1e-7 apart, far below the lengthscale: to rounding, two equal rows of the covariance.
private let crowded = Tensor(rows: [[0, 0], [1, 0.5], [0.25, -2], [1, 0.5 + 1e-7]])

private func process(jitter: Double) -> GaussianProcess {
  GaussianProcess(2 * RBF(lengthscale: 100), at: crowded, jitter: jitter)
}

@Suite struct FactorizationErrorTests {
  @Test func messageNamesKernelHyperparametersJitterAndTheNearestInputs() throws {
    let error = try #require(process(jitter: 0).factorizationError)
    let pair = try #require(error.closest)
    #expect([pair.first, pair.second] == [1, 3])
    #expect(abs(pair.distance - 1e-7) < 1e-15)
    #expect(
      error.description
        == "the covariance of RBF with variance 2.0, lengthscale 100.0 and jitter 0.0 is not positive "
        + "definite. The closest inputs are rows 1 and 3, \(pair.distance) apart. Merge inputs that are "
        + "nearly equal, shorten the lengthscale, or raise the jitter.")
  }

  @Test func lengthscalesByAxisAreListed() throws {
    let kernel = RBF(lengthscale: Tensor([100, 200]))
    let error = try #require(GaussianProcess(kernel, at: crowded, jitter: 0).factorizationError)
    #expect(error.hyperparameters == ["lengthscale [100.0, 200.0]"])
  }

  @Test func aConditionedProcessSaysWhatItIs() throws {
    let prior = GaussianProcess(RBF(lengthscale: 1), at: Tensor([0, 1]), jitter: 0)
    // At its own inputs nothing is left to vary.
    let certain = prior.conditioned(on: Tensor([1, 2]), at: Tensor([0, 0]))
    let error = try #require(certain.factorizationError)
    #expect(
      error.description
        == "the covariance of a conditioned process and jitter 0.0 is not positive definite. The closest "
        + "inputs are rows 0 and 1, 0.0 apart. Merge inputs that are nearly equal, shorten the "
        + "lengthscale, or raise the jitter.")
  }

  /// In degrees rows 1 and 2 are closest; on the sphere it is rows 0 and 3, on both sides of the date line.
  @Test(arguments: [false, true])
  func theClosestInputsAreThoseInTheMetricOfTheKernel(isConditioned: Bool) throws {
    let places = Tensor(rows: [[179.99, 1], [20, 50], [20.05, 50], [-179.99, 1]])
    let kernel = 2 * RBF(lengthscale: 1e12, metric: .chordal) + 1e-30 * White()
    let prior = GaussianProcess(kernel, at: places, jitter: 0)
    let process =
      isConditioned
      ? GaussianProcess(kernel, at: Tensor(rows: [[0, 0]]), jitter: 0).conditioned(
        on: [1], at: places) : prior
    let error = try #require(process.factorizationError)
    let pair = try #require(error.closest)
    #expect([pair.first, pair.second] == [0, 3])
    // The arc of 0.02 degrees along the parallel of 1 degree, from which the chord differs by 1e-8 of itself.
    expectClose(
      [pair.distance], [earthRadius * 0.02 * .pi / 180 * cos(Tensor(.pi / 180)).scalar],
      relative: 1e-7)
    #expect(
      error.description.contains("rows 0 and 3, \(pair.distance) apart in the metric chordal."))
  }

  @Test func jitterMendsIt() {
    #expect(process(jitter: 1e-6).factorizationError == nil)
  }

  @Test func aModelFailsWithTheMessageAndTheNameOfTheSite() throws {
    let broken = process(jitter: 0)
    let message = try #require(broken.factorizationError).description
    let model = Model { p in p.sample("f", broken.whitened) }
    let error = #expect(throws: ModelError.self) {
      try model.seeded(by: RandomKey(0)).trace()
    }
    #expect(error == .other(site: "f", message: message))
    #expect(error?.description == "site \"f\": " + message)
  }

  /// A site of the process itself, drawn or observed, would else be nan without a word.
  @Test(arguments: [nil, Tensor([1, 2, 3, 2])])
  func aSiteOfTheProcessItselfFailsAsWell(_ observed: Tensor?) throws {
    let broken = process(jitter: 0)
    let message = try #require(broken.factorizationError).description
    let model = Model { p in p.sample("f", broken, observed: observed) }
    #expect(throws: ModelError.other(site: "f", message: message)) {
      try model.seeded(by: RandomKey(0)).trace()
    }
  }

  /// While a step is recorded there are no numbers to judge: a replay then gives nan, which the fit counts.
  @Test func nothingIsSaidWhileRecording() {
    var errors: [FactorizationError?] = []
    let program = Program(
      recording: { inputs in
        let process = GaussianProcess(inputs[0] * RBF(lengthscale: 100), at: crowded, jitter: 0)
        errors.append(process.factorizationError)
        return [process.whitened(.ones([4]))]
      }, on: [2])
    #expect(errors == [nil])
    #expect(program.isReplayable)
    #expect(isNaN(program([2])[0]).any().scalar == 1)
  }
}
