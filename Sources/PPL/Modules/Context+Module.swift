/// A module bound to the values of its parameters: a function.
public struct BoundModule: Sendable {
  let module: any Module
  /// The values of the parameters.
  public let values: ModuleValues

  /// The output at `x`, which is one example or a batch of them along leading dimensions.
  public func callAsFunction(_ x: Tensor) -> Tensor { module(x, values) }
}

extension Context {
  /// A module with optimized parameters.
  ///
  ///     let network = p.module("net", Sequential(Linear(6, 50), ReLU(), Linear(50, 1)))
  ///     let mean = network(x)  // parameters net/0/weight, net/0/bias, net/2/weight, net/2/bias
  ///
  /// - Parameters:
  ///   - name: The beginning of the names of the sites; empty for the module's own names.
  ///   - module: The module whose parameters are stated.
  /// - Reference: NumPyro's `flax_module`.
  public mutating func module(_ name: String, _ module: some Module) -> BoundModule {
    var values: [String: Tensor] = [:]
    for own in module.parameters {
      values[own.name] = parameter(site(own, of: name), initially: own.initial)
    }
    return BoundModule(module: module, values: ModuleValues(values))
  }

  /// A Bayesian neural network: a module with random parameters, all with the same prior.
  ///
  ///     let network = p.randomModule("net", Sequential(Linear(1, 20), Tanh(), Linear(20, 1)),
  ///       prior: Normal(0, 1))
  ///
  /// Each parameter is a latent site; its elements are independent, and one event.
  ///
  /// - Parameters:
  ///   - name: The beginning of the names of the sites; empty for the module's own names.
  ///   - module: The module whose parameters are sampled.
  ///   - prior: The distribution of each element; broadcasts to the shapes of the parameters.
  public mutating func randomModule(
    _ name: String, _ module: some Module, prior: some Distribution
  ) -> BoundModule {
    randomModule(name, module) { _ in prior }
  }

  /// A module with some random parameters, with priors by their name in the module.
  ///
  ///     p.randomModule("net", Linear(3, 1), prior: ["weight": Laplace(0, 1)])
  ///
  /// The others are optimized. The run fails with `ModelError.unknownName` if no parameter has one of
  /// the names.
  public mutating func randomModule(
    _ name: String, _ module: some Module, prior: [String: any Distribution]
  ) -> BoundModule {
    let known = module.parameters.map(\.name)
    if let unknown = Set(prior.keys).subtracting(known).min() {
      fail(.unknownName(call: "randomModule(\"\(name)\", prior:)", name: unknown, known: known))
    }
    return randomModule(name, module) { prior[$0.name] }
  }

  /// A module with priors by a function of the parameter; parameters for which it returns nil are optimized.
  ///
  ///     p.randomModule("net", network) { Normal(0, Tensor(1 / Double($0.shape[0]).squareRoot())) }
  ///
  /// - Reference: NumPyro's `random_flax_module`.
  public mutating func randomModule(
    _ name: String, _ module: some Module,
    prior: (ModuleParameter) -> (any Distribution)?
  ) -> BoundModule {
    var values: [String: Tensor] = [:]
    for own in module.parameters {
      let site = site(own, of: name)
      if let distribution = prior(own) {
        values[own.name] = draw(site, distribution, shape: own.shape)
      } else {
        values[own.name] = parameter(site, initially: own.initial)
      }
    }
    return BoundModule(module: module, values: ModuleValues(values))
  }

  private func site(_ parameter: ModuleParameter, of module: String) -> String {
    module.isEmpty ? parameter.name : parameter.inside(module).name
  }

  private mutating func draw(_ site: String, _ distribution: any Distribution, shape: [Int])
    -> Tensor
  {
    let batch = Array(shape.dropLast(distribution.eventShape.count))
    guard broadcastShapes([distribution.batchShape, batch]) == batch,
      batch + distribution.eventShape == shape
    else {
      fail(.valueShape(site: site, given: distribution.shape, expected: shape))
      return .zeros(shape)
    }
    func sample(_ distribution: some Distribution) -> Tensor { self.sample(site, distribution) }
    return sample(distribution.expanded(to: batch).toEvent(batch.count))
  }
}
