import PPL

/// Different optimizers for different parameters, chosen by name.
///
///     ParameterGroups(otherwise: Adam(learningRate: 1e-3))
///       .group(SGD(learningRate: 0.1)) { $0.hasPrefix("network/") }
///
/// A parameter belongs to the first group that takes it. Each optimizer sees the gradient of its own parameters only,
/// as if there were no others; norms and counts that they tell are those of all groups together. A step counts as left
/// out where one group or more left it out; if its loss is not a number, only where all did.
public struct ParameterGroups: GradientTransformation {
  private struct Group: Sendable {
    let optimizer: any GradientTransformation
    let takes: @Sendable (String) -> Bool
  }
  private var groups: [Group] = []
  private let rest: any GradientTransformation

  /// - Parameter rest: For the parameters that no group takes.
  public init(otherwise rest: some GradientTransformation) { self.rest = rest }

  /// With one more group, after those before it.
  public func group(
    _ optimizer: some GradientTransformation, where takes: @escaping @Sendable (String) -> Bool
  ) -> ParameterGroups {
    var all = self
    all.groups.append(Group(optimizer: optimizer, takes: takes))
    return all
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    split(parameters).flatMap { $0.optimizer.initialState($0.parameters) }
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    guard !step.parameters.parts.isEmpty else { return gradient }
    var changes = Array(repeating: Tensor([]), count: step.parameters.parts.count)
    var (old, new) = (state[...], [Tensor]())
    var norms: [Tensor] = []
    var (anySkipped, allSkipped) = (Tensor(0), Tensor(1))
    for (optimizer, places, parameters) in split(step.parameters) {
      var own = Array(old.prefix(optimizer.initialState(parameters).count))
      old = old.dropFirst(own.count)
      var part = OptimizerStep(parameters: parameters, loss: step.loss)
      let slices = places.map { gradient[.range(step.parameters.parts[$0].range)] }
      let change = optimizer.change(concatenate(slices), state: &own, step: &part)
      for (place, piece) in zip(places, parameters.parts) {
        changes[place] = change[.range(piece.range)]
      }
      new += own
      norms.append(part.gradientNorm)
      step.zeroed = step.zeroed + part.zeroed
      step.isClipped = maximum(step.isClipped, part.isClipped)
      anySkipped = maximum(anySkipped, part.isSkipped)
      allSkipped = minimum(allSkipped, part.isSkipped)
    }
    // A fit goes on after a loss that is not a number only if nothing has moved by it.
    let isSkipped = select(isNaN(step.loss), allSkipped, anySkipped)
    step.isSkipped = maximum(step.isSkipped, isSkipped)
    step.gradientNorm = euclideanNorm(stack(norms))
    state = new
    return concatenate(changes)
  }

  public func validate() throws(InferenceError) {
    for group in groups { try group.optimizer.validate() }
    try rest.validate()
  }

  /// The groups that have parameters: the optimizer, the places of its parts, and those alone as a vector.
  private func split(
    _ all: ParameterVector
  ) -> [(optimizer: any GradientTransformation, places: [Int], parameters: ParameterVector)] {
    let owners = all.parts.map { part in
      groups.firstIndex { $0.takes(part.name) } ?? groups.count
    }
    return (groups.map(\.optimizer) + [rest]).enumerated().compactMap { owner, optimizer in
      let places = owners.indices.filter { owners[$0] == owner }
      guard !places.isEmpty else { return nil }
      let own = places.map { place in
        let part = all.parts[place]
        return (part.name, all.values[.range(part.range)])
      }
      return (optimizer, places, ParameterVector(own))
    }
  }
}
