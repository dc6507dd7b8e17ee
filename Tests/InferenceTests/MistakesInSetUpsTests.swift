import Distributions
import Inference
import PPL
import Parallel
import TestModels
import TestSupport
import Testing

/// Every mistake in the numbers of a set-up is thrown where the work would begin, with a sentence of its own.
@Suite struct MistakesInSetUpsTests {
  private static let model = TestModel.normalMean().model
  private static let key = RandomKey(0)

  /// Some work that must throw, and the whole sentence.
  struct Row: Sendable, CustomTestStringConvertible {
    let sentence: String
    let work: @Sendable () throws -> Void
    var testDescription: String { sentence }
  }

  private static func fit(
    _ sentence: String,
    _ optimizer: @autoclosure @escaping @Sendable () -> some GradientTransformation
  ) -> Row {
    Row(sentence: sentence) {
      _ = try SVI(model, guide: AutoNormal(model), optimizer: optimizer()).run(steps: 2, key: key)
    }
  }

  private static func loss(
    _ sentence: String, _ loss: @autoclosure @escaping @Sendable () -> some ELBO
  ) -> Row {
    Row(sentence: sentence) {
      _ = try SVI(model, guide: AutoNormal(model), optimizer: SGD(learningRate: 0.1), loss: loss())
        .run(steps: 2, key: key)
    }
  }

  private static func fitted(
    _ sentence: String, _ work: @escaping @Sendable (SVI, SVIFit) throws -> Void
  ) -> Row {
    Row(sentence: sentence) {
      let svi = SVI(model, guide: AutoNormal(model), optimizer: SGD(learningRate: 0.01))
      try work(svi, svi.run(steps: 2, key: key, progress: .silent))
    }
  }

  @Test(arguments: optimizers + losses + runs + guides)
  func isThrownWithItsSentence(_ row: Row) { expectError(row.sentence, row.work) }

  static let optimizers: [Row] = [
    fit("Adam: the learning rate is 0.0, but must be positive.", Adam(learningRate: 0)),
    fit("Adam: the learning rate is -1.0, but must be positive.", Adam(learningRate: -1)),
    fit("SGD: the learning rate is -1.0, but must be positive.", SGD(learningRate: -1)),
    fit("AdamW: the learning rate is -1.0, but must be positive.", AdamW(learningRate: -1)),
    fit("Adagrad: the learning rate is -1.0, but must be positive.", Adagrad(learningRate: -1)),
    fit(
      "Adam: the learning rate is nan, but must be positive.", Adam(learningRate: .constant(.nan))),
    fit(
      "RMSProp: the learning rate is inf, but must be finite.",
      RMSProp(learningRate: .constant(.infinity))
    ),
    fit(
      "Adam: the decays are nan and 0.999, but must be in [0, 1).",
      Adam(learningRate: 1, decay: .nan)),
    fit(
      "Adagrad: the momentum is 1.0, but must be in [0, 1).",
      ZeroNaNs().then(Adagrad(learningRate: 1, momentum: 1))),
    fit(
      "AdamW: weightDecay is inf, but must be finite.",
      AdamW(learningRate: 1, weightDecay: .infinity)),
    fit(
      "ClipGlobalNorm: the limit is nan, but must be positive.",
      ClipGlobalNorm(.nan).then(SGD(learningRate: 1)).skippingNonFinite()),
    fit(
      "ClipValues: the limit is 0.0, but must be positive.",
      ParameterGroups(otherwise: ClipValues(0))),
    fit(
      "ReduceOnPlateau: improvement is nan and smallest 0.0, but must not be negative.",
      SGD(learningRate: 1).then(ReduceOnPlateau(improvement: .nan))),
    fit(
      "SGD(learningRate: .warmUp): steps is 0, but must be positive.",
      SGD(learningRate: .warmUp(steps: 0, then: 0.1))),
    fit(
      "SGD: the learning rate is -1.0, but must be positive.",
      SGD(learningRate: .warmUp(steps: 3, then: -1))),
    fit(
      "SGD(learningRate: .cosine): the floor is nan, but must be in [0, 1].",
      SGD(learningRate: .cosine(from: 1, steps: 3, floor: .nan))),
    fit(
      "SGD(learningRate: .linear): the rates are 1.0 and -1.0, but must not be negative.",
      SGD(learningRate: .linear(from: 1, to: -1, steps: 3))),
    fit(
      "SGD(learningRate: .oneCycle): the divisors are 0.0 and 10000.0, but must be positive and "
        + "finite.",
      SGD(learningRate: .oneCycle(peak: 1, steps: 3, startDivisor: 0))),
    fit(
      "OneNumber: update(_:state:step:) returned a change of shape [1], but the gradient has [2]; "
        + "return one number for each parameter.", OneNumber()),
    fit(
      "Growing: update(_:state:step:) left a state of shapes [[], []], but it began with [[]]; keep "
        + "those of initialState(_:).", Growing()),
  ]

  static let losses: [Row] = [
    loss("TraceELBO: particles is 0, but must be positive.", TraceELBO(particles: 0)),
    loss("TraceELBO: particles is -1, but must be positive.", TraceELBO(particles: -1)),
    loss("TraceELBO: shards is 0, but must be positive.", TraceELBO(shards: 0)),
    loss(
      "particles × shards of TraceELBO is 9223372036854775807, more than the memory of this machine "
        + "holds; take fewer, or several runs.", TraceELBO(particles: .max, shards: 2)),
    loss(
      "WorkPool: the number of threads is 0, but must be positive.",
      TraceELBO(pool: WorkPool(threads: 0))),
    loss(
      "RenyiELBO: alpha is nan, but must be a number other than 1; TraceELBO is its limit.",
      RenyiELBO(alpha: .nan)),
    loss(
      "TraceMeanFieldELBO: particles is 0, but must be positive.",
      TraceMeanFieldELBO(particles: 0)),
  ]

  static let runs: [Row] = [
    fitted("the number of steps is 0, but must be positive.") { svi, fit in
      _ = try svi.run(steps: 0, from: fit.state)
    },
    fitted("EarlyStopping: patience is 0 and averaging 100, but must be positive.") { svi, fit in
      _ = try svi.run(steps: 1, from: fit.state, stopping: EarlyStopping(patience: 0))
    },
    fitted("EarlyStopping: improvement is nan, but must not be negative.") { svi, fit in
      _ = try svi.run(steps: 1, from: fit.state, stopping: EarlyStopping(improvement: .nan))
    },
    fitted("the number of draws is -1, but must be positive.") { _, fit in
      _ = try fit.draws(-1, key: key)
    },
    fitted(
      "the number of draws is 9223372036854775807, more than the memory of this machine holds; "
        + "take fewer, or several runs."
    ) { _, fit in _ = try fit.draws(.max, key: key) },
    fitted(
      "the number of draws is 9223372036854775807, more than the memory of this machine holds; "
        + "take fewer, or several runs."
    ) { _, fit in _ = try fit.predictions(model, .max, key: key) },
    fitted(
      "the number of draws is 9223372036854775807, more than the memory of this machine holds; "
        + "take fewer, or several runs."
    ) { svi, fit in _ = try svi.evaluate(at: fit.state, draws: .max, key: key) },
    fitted("WorkPool: the number of threads is 0, but must be positive.") { _, fit in
      _ = try fit.draws(3, key: key, pool: WorkPool(threads: 0))
    },
    fitted("quantiles: a level is 1.5, but must be in [0, 1].") { _, fit in
      _ = try fit.quantiles([0.5, 1.5])
    },
    fitted("LBFGS: memory is 0 and iterations 1000, but must be positive.") { svi, _ in
      _ = try svi.minimized(by: LBFGS(memory: 0), key: key)
    },
    fitted(
      "the checkpoint holds 0 parameters of another model or other data, where this one has 2. Use "
        + "the data and options it was made with, or start again."
    ) { svi, fit in
      var state = fit.state
      state.parameters = []
      _ = try svi.run(steps: 1, from: state)
    },
    Row(sentence: "the number of draws is 0, but must be positive.") {
      _ = try Predictive(model, draws: 0)(key: key)
    },
    Row(
      sentence:
        "the number of draws is 9223372036854775807, more than the memory of this machine holds; "
        + "take fewer, or several runs."
    ) { _ = try Predictive(model, draws: .max)(key: key) },
    Row(sentence: "WorkPool: the number of threads is -2, but must be positive.") {
      _ = try Predictive(model, draws: 2)(key: key, pool: WorkPool(threads: -2))
    },
    Row(sentence: "gradient: the value must be one number, but has shape [2].") {
      _ = try LBFGS().minimize(from: [1, 2]) { $0 * $0 }
    },
    Row(sentence: "LBFGS: the tolerances are nan and 1e-14, but must not be negative.") {
      _ = try LBFGS(gradientTolerance: .nan).minimize(from: [1, 2]) { ($0 * $0).sum() }
    },
  ]

  static let guides: [Row] = [
    Row(sentence: "AutoNormal: scale is nan, but must be positive.") {
      _ = try AutoNormal(model, scale: .nan).prepared(key: key)
    },
    Row(sentence: "AutoMultivariateNormal: scale is inf, but must be finite.") {
      _ = try AutoMultivariateNormal(model, scale: .infinity).prepared(key: key)
    },
    Row(sentence: "Initialization.uniform: radius is -1.0, but must not be negative.") {
      _ = try AutoNormal(model, initialization: .uniform(radius: -1)).prepared(key: key)
    },
    Row(sentence: "Initialization.median: draws is 0, but must be positive.") {
      _ = try AutoDelta(model, initialization: .median(draws: 0)).prepared(key: key)
    },
    Row(
      sentence: "site \"p\": the value given has shape [], but the site has [3]; check that guide "
        + "and model agree."
    ) {
      let model = Model<Void> { p in p.sample("p", Dirichlet(.ones([3]))) }
      _ = try AutoNormal(model, initialization: .values(["p": 0.5])).prepared(key: key)
    },
  ]
}

/// An optimizer that forgets all parameters but the first.
private struct OneNumber: GradientTransformation {
  func initialState(_ parameters: ParameterVector) -> [Tensor] { [] }
  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    gradient[.range(0..<1)]
  }
}

/// An optimizer whose state grows.
private struct Growing: GradientTransformation {
  func initialState(_ parameters: ParameterVector) -> [Tensor] { [0] }
  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    state.append(0)
    return gradient
  }
}
