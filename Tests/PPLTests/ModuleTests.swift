import PPL
import Testing

@Suite struct ModuleTests {
  private let network = Sequential([
    "hidden": Linear(2, 3), "relu": ReLU(), "out": Linear(3, 1), "tanh": Tanh(),
  ])
  private let weights: [String: Tensor] = [
    "net/hidden/weight": Tensor(rows: [[1, -1, 0.5], [2, 1, -1]]), "net/hidden/bias": [0, 0.5, 0],
    "net/out/weight": Tensor(rows: [[1], [2], [-1]]), "net/out/bias": [0.25],
  ]

  private func output(_ x: Tensor) throws -> Tensor {
    let network = network
    return try Model { p in p.module("net", network)(x) }.substituting(weights)
      .outputAndTrace().output
  }

  @Test func aNetworkIsItsLayersInOrder() throws {
    // hidden = relu([1 + 1, -1 + 1/2 + 1/2, 1/2 - 1/2]) = [2, 0, 0] at x = [1, 1/2].
    let found = try output([1, 0.5])
    expectClose(found, tanh([2.25]))
  }

  @Test func examplesStandAlongLeadingDimensions() throws {
    let x = RandomKey(0).normal([4, 5, 2])
    let all = try output(x)
    #expect(all.shape == [4, 5, 1])
    for i in 0..<4 {
      expectClose(all[.at(i)], try output(x[.at(i)]), tolerance: 1e-14)
      expectClose(all[.at(i), .at(2)], try output(x[.at(i), .at(2)]), tolerance: 1e-14)
    }
  }

  @Test func parametersHaveTheNamesOfTheTree() throws {
    let inner = Sequential(Linear(2, 3), ReLU(), Linear(3, 1))
    let model = Model { p in _ = p.module("net", Sequential(["core": inner, "end": Tanh()])) }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(
      trace.names == [
        "net/core/0/weight", "net/core/0/bias", "net/core/2/weight", "net/core/2/bias",
      ])
    #expect(trace.map { $0.value?.shape } == [[2, 3], [3], [3, 1], [1]])
  }

  @Test func anActivationAloneHasNoParameters() throws {
    let model = Model { p in
      stack([p.module("a", ReLU())([-1, 2]), p.module("b", Tanh())([-1, 2])])
    }
    let (found, trace) = try model.outputAndTrace()
    #expect(trace.isEmpty)
    expectClose(found, stack([[0, 2], tanh([-1, 2])]))
  }

  @Test func activationsAreFunctionsOfEachElement() throws {
    let x: Tensor = [-2, -0.5, 0, 3]
    let rest = ModuleValues([:])
    expectClose(LeakyReLU()(x, rest), [-0.02, -0.005, 0, 3])
    expectClose(LeakyReLU(slope: 0.5)(x, rest), [-1, -0.25, 0, 3])
    expectClose(Sigmoid()(x, rest), 1 / (1 + exp(-x)))
  }

  @Test func aLeakySlopeAboveOneIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LeakyReLU(slope: 2) }
    #expect(result.complaint.contains("LeakyReLU: the slope is 2.0, but must be at most 1"))
  }

  @Test func layersMayComeInAList() throws {
    let layers = (0..<3).map { (name: "layer\($0)", module: Linear(2, 2) as any Module) }
    let names = Sequential(layers).parameters.map(\.name)
    #expect(names == (0..<3).flatMap { ["layer\($0)/weight", "layer\($0)/bias"] })
  }

  @Test func aModuleWithoutANameHasItsOwnNames() throws {
    let network = network
    let own = ["hidden/weight", "hidden/bias", "out/weight", "out/bias"]
    let trained = try Model { p in _ = p.module("", network) }.seeded(by: RandomKey(0)).trace()
    let random = try Model { p in _ = p.randomModule("", network, prior: Gaussian(0, 1)) }
      .seeded(by: RandomKey(0)).trace()
    #expect(trained.names == own && random.names == own)
  }

  // MARK: Starts

  @Test func layersStartAsInFlax() throws {
    let model = Model { p in _ = p.module("layer", Linear(50, 400)) }
    let trace = try model.seeded(by: RandomKey(1)).trace()
    let w = try #require(trace["layer/weight"]?.value)
    // Three standard errors of the variance of 20 000 draws.
    #expect(abs(square(w).mean().scalar * 50 - 1) < 0.03)
    #expect(abs(w).max().scalar <= 2 / (50.0.squareRoot() * 0.8796))
    #expect(trace["layer/bias"]?.value?.scalars.allSatisfy { $0 == 0 } == true)
  }

  @Test func layersMayStartAsInPyTorch() throws {
    let layer = Linear(16, 500, initialization: .fanInUniform)
    let trace = try Model { p in _ = p.module("layer", layer) }.seeded(by: RandomKey(1)).trace()
    for name in ["layer/weight", "layer/bias"] {
      let x = try #require(trace[name]?.value)
      // The largest of 500 uniform numbers or more is within a hundredth of the bound.
      #expect(abs(abs(x).max().scalar - 0.25) < 0.0025)
    }
  }

  @Test func theStartIsNotDrawnWhereItIsGiven() throws {
    #expect(try output([0, 0]).shape == [1])
  }

  // MARK: Random modules

  @Test func oneDistributionMayBeThePriorOfAll() throws {
    let network = network
    let model = Model { p in p.randomModule("net", network, prior: Gaussian(0, 2))([1, 0.5]) }
    let (found, trace) = try model.substituting(weights).outputAndTrace()
    expectClose(found, tanh([2.25]))
    #expect(trace.latent.map(\.name) == trace.names)
    #expect(trace["net/hidden/weight"]?.distribution?.eventShape == [2, 3])
    let all = weights.values.flatMap(\.scalars)
    let density = all.reduce(0) { $0 - $1 * $1 / 8 - halfLogTwoPi - 0.6931471805599453 }
    expectClose(trace.logDensity(), Tensor(density))
  }

  @Test func priorsMayBeGivenByName() throws {
    let model = Model { p in
      _ = p.randomModule("net", Linear(2, 1), prior: ["weight": Gaussian(0, 1)])
    }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["net/weight"]?.kind == .sample)
    #expect(trace["net/bias"]?.kind == .parameter)
  }

  @Test func priorsMayDependOnTheShape() throws {
    let model = Model { p in
      _ = p.randomModule("net", Linear(4, 1)) { own in
        own.shape.count == 2 ? Gaussian(0, Tensor(1 / Double(own.shape[0]))) : nil
      }
    }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    let atZero = try #require(trace["net/weight"]?.distribution).logProb(.zeros([4, 1]))
    expectClose(atZero, Tensor(4 * (1.3862943611198906 - halfLogTwoPi)))
    #expect(trace["net/bias"]?.kind == .parameter)
  }

  @Test func aPriorWithoutAParameterIsNamed() {
    let model = Model { p in
      _ = p.randomModule("net", Linear(2, 1), prior: ["wieght": Gaussian(0, 1)])
    }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "randomModule(\"net\", prior:): no site is named \"wieght\"; did you mean \"weight\"?")
  }

  @Test func aPriorOfAnotherShapeIsNamed() {
    let model = Model { p in
      _ = p.randomModule("net", Linear(2, 1), prior: Gaussian(.zeros([5]), 1))
    }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))
        == .valueShape(site: "net/weight", given: [5], expected: [2, 1]))
  }

  // MARK: Mistakes

  @Test func anInputOfAnotherWidthIsAMistake() throws {
    let model = Model { p in p.module("net", Linear(2, 3))(.zeros([4, 5])) }
    let error = try #require(failure(of: model.seeded(by: RandomKey(0))))
    #expect(
      error.description.contains(
        "Linear(2, 3): got an input of shape [4, 5], whose last dimension must be 2"))
  }

  @Test func aLayerWithoutOutputsIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Linear(2, 0) }
    #expect(result.complaint.contains("needs a positive number of inputs and outputs"))
  }

  @Test func aParameterThatIsNotDeclaredIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = ModuleValues(["bias": 0]).inside("layer")["weight"] }
    #expect(result.complaint.contains("no parameter \"layer/weight\" is declared"))
  }
}
