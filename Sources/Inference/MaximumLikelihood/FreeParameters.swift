import PPL

/// A model whose `parameter` sites are latent, with flat priors on their supports.
struct FreeParameters {
  let model: Model<Void>
  /// The starting values that the model gives its parameters.
  private let initial: [String: Tensor]

  /// Runs the model once to find its parameters.
  ///
  /// - Throws: `ModelError` from the run.
  init(of model: Model<Void>, key: RandomKey) throws {
    let sites = try model.seeded(by: key).trace().filter { $0.kind == .parameter }
    let values = sites.compactMap { site in site.value.map { (site, $0) } }
    initial = Dictionary(values.map { ($0.name, $1) }) { $1 }
    let priors = values.map { site, value in
      (site.name, FlatPrior(start: value, constraint: site.constraint) as any Distribution)
    }
    self.model = priors.isEmpty ? model : model.lifting(Dictionary(priors) { $1 })
  }

  /// The rule with the starting values of the parameters that it does not name.
  func start(_ rule: Initialization) -> Initialization {
    guard !initial.isEmpty else { return rule }
    guard case .values(let given) = rule else { return .values(initial) }
    return .values(initial.merging(given) { $1 })
  }
}

/// The flat prior of a parameter, whose draws are its starting value: the model may allow no other without data.
private struct FlatPrior: Distribution {
  let start: Tensor
  let constraint: Support

  var parameters: [Parameter] { [] }
  var support: Support { .independent(constraint, start.rank - constraint.eventRank) }
  var batchShape: [Int] { [] }
  var eventShape: [Int] { start.shape }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    start.broadcast(to: shape + start.shape)
  }

  func logProb(_ x: Tensor) -> Tensor { .zeros(Array(x.shape.dropLast(start.rank))) }
}
