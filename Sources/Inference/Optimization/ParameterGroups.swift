import PPL

/// Parameter groups: different optimizers for different parameters, chosen by name.
///
///     ParameterGroups(otherwise: Adam(learningRate: 1e-3))
///       .group(SGD(learningRate: 0.1)) { $0.hasPrefix("network/") }
///
/// A parameter belongs to the first group whose condition it meets. Each optimizer has the gradient of its parameters only;
/// norms and counts in the records are totals over all groups. A step counts as skipped if at least one group skipped it; if
/// its loss is NaN, only if all did.
public struct ParameterGroups: GradientTransformation {
  private struct Group: Sendable {
    let optimizer: any GradientTransformation
    let contains: @Sendable (String) -> Bool
  }
  private var groups: [Group] = []
  private let rest: any GradientTransformation

  /// An empty list of groups.
  ///
  /// - Parameter rest: The optimizer of the parameters that are in no group.
  public init(otherwise rest: some GradientTransformation) { self.rest = rest }

  /// The groups with one more at the end.
  ///
  /// - Parameters:
  ///   - optimizer: The optimizer of the group.
  ///   - contains: Whether the group has the parameter of a name.
  public func group(
    _ optimizer: some GradientTransformation, where contains: @escaping @Sendable (String) -> Bool
  ) -> ParameterGroups {
    var all = self
    all.groups.append(Group(optimizer: optimizer, contains: contains))
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
    // A fit continues after a NaN loss only if no parameter has changed.
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
      groups.firstIndex { $0.contains(part.name) } ?? groups.count
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
