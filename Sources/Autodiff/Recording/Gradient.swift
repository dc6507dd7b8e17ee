import Preconditions

/// The gradient of a scalar function, of the shape of `x`.
///
///     gradient(of: { exp($0).sum() }, at: [0, 1])  // [1, e]
///
/// It may be nested: the function may itself take gradients.
///
/// - Complexity: A small multiple of one evaluation of `f`. `Program` saves the recording when it is needed often.
public func gradient(of f: (Tensor) throws -> Tensor, at x: Tensor) rethrows -> Tensor {
  try valueWithGradient(of: { try f($0[0]) }, at: [x]).gradient[0]
}

/// The value of a scalar function and its gradient with respect to each of its arguments.
///
/// - Precondition: The value has one element.
public func valueWithGradient(
  of f: ([Tensor]) throws -> Tensor, at arguments: [Tensor]
) rethrows -> (value: Tensor, gradient: [Tensor]) {
  // There is nothing to differentiate, and no new recording that could conflict with another.
  guard !arguments.isEmpty else { return try differentiate(f, at: []) }
  for argument in arguments {
    if case .node(let recorder, _) = argument.storage {
      return try differentiate(f, at: arguments.map(recorder.variable))
    }
  }
  let program = try Program(
    recording: { inputs in
      let (value, gradient) = try differentiate(f, at: inputs)
      return [value] + gradient
    }, on: arguments)
  let results = program(arguments)
  return (results[0], Array(results.dropFirst()))
}

/// The gradients of several scalar functions of the same arguments, by function and argument.
///
///     gradients(of: { x in (0..<2).map { x[0][.at($0)] * x[0].sum() } }, at: [[1, 2]])  // rows of the Jacobian
///
/// The functions are recorded together: what they or their reverse passes have in common is computed once.
///
/// - Precondition: Each value has one element.
/// - Complexity: One reverse pass for each function, less what they share.
public func gradients(
  of f: ([Tensor]) throws -> [Tensor], at arguments: [Tensor]
) rethrows -> [[Tensor]] {
  func recorded(_ variables: [Tensor]) throws -> [[Tensor]] {
    try f(variables).map { value in
      guard
        holds(
          value.count == 1,
          "gradients: each value must be one number, but one has shape \(value.shape).")
      else { return variables.map { .unknown($0.shape) } }
      return pullback(of: value, toward: variables)
    }
  }
  for argument in arguments {
    if case .node(let recorder, _) = argument.storage {
      return try recorded(arguments.map(recorder.variable))
    }
  }
  let program = try Program(
    recording: { inputs in try recorded(inputs).flatMap(\.self) }, on: arguments)
  let results = program(arguments)
  return stride(from: 0, to: results.count, by: max(arguments.count, 1)).map {
    Array(results[$0..<($0 + arguments.count)])
  }
}

private func differentiate(
  _ f: ([Tensor]) throws -> Tensor, at variables: [Tensor]
) rethrows -> (value: Tensor, gradient: [Tensor]) {
  let value = try f(variables)
  guard
    holds(
      value.count == 1, "gradient: the value must be one number, but has shape \(value.shape).")
  else { return (.unknown([]), variables.map { .unknown($0.shape) }) }
  return (value, pullback(of: value, toward: variables))
}

/// The reverse pass: from a value back to recorded tensors on which it may depend.
func pullback(of value: Tensor, toward variables: [Tensor]) -> [Tensor] {
  guard case .node(let recorder, let output) = value.storage else {
    return variables.map { .zeros($0.shape) }
  }
  let targets = variables.map { variable in
    if case .node(let other, let id) = variable.storage, other === recorder { id } else { -1 }
  }
  let nodes = recorder.nodes
  let needed = reachable(from: [output], in: nodes)

  // Only nodes between the variables and the value have a cotangent.
  var isActive = Array(repeating: false, count: nodes.count)
  for target in targets where target >= 0 { isActive[target] = true }
  let isTarget = isActive
  for id in nodes.indices where !isActive[id] {
    isActive[id] = nodes[id].operands.contains { isActive[$0] }
  }

  func tensor(_ id: Int) -> Tensor {
    if case .constant(let values) = nodes[id].kind {
      return Tensor(shape: nodes[id].shape, storage: .values(values))
    }
    return Tensor(shape: nodes[id].shape, storage: .node(recorder, id))
  }

  var cotangents = Array(repeating: Cotangent(), count: nodes.count)
  cotangents[output].add(.ones(value.shape))
  for id in stride(from: output, through: 0, by: -1)
  where needed[id] && isActive[id] && !isTarget[id] {
    guard let cotangent = cotangents[id].sum(), case .operation(let operation) = nodes[id].kind
    else { continue }
    let operands = nodes[id].operands
    if let part = Cotangent.Part(operation, operands.map(tensor), cotangent) {
      cotangents[operands[0]].add(part)
      continue
    }
    let contributions = operation.pullback(cotangent, operands.map(tensor), tensor(id))
    for (operand, contribution) in zip(operands, contributions) where isActive[operand] {
      if let contribution { cotangents[operand].add(contribution) }
    }
  }
  return zip(targets, variables).map { target, variable in
    (target >= 0 ? cotangents[target].sum() : nil) ?? .zeros(variable.shape)
  }
}
