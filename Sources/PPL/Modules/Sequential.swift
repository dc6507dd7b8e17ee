import Preconditions

/// A sequence of modules, each applied to the output of the one before.
///
///     Sequential(Linear(6, 50), ReLU(), Linear(50, 1))                // 0/weight, 0/bias, 2/weight, …
///     Sequential(["hidden": Linear(6, 50), "relu": ReLU(), "out": Linear(50, 1)])  // hidden/weight, …
///
/// The parts are numbered from 0, as in PyTorch, or named. A `Linear` followed by a `ReLU` is one operation.
public struct Sequential: Module {
  private let parts: [(name: String, module: any Module)]

  /// A sequence of modules, in the order in which they are applied.
  public init(_ modules: any Module...) {
    parts = modules.enumerated().map { ("\($0)", $1) }
  }

  /// A sequence of modules with names.
  ///
  /// - Precondition: No two names are the same.
  public init(_ modules: KeyValuePairs<String, any Module>) {
    self.init(modules.map { (name: $0.key, module: $0.value) })
  }

  /// A sequence of modules with names, such as those of layers whose number is not known before.
  ///
  /// - Precondition: No two names are the same.
  public init(_ modules: [(name: String, module: any Module)]) {
    let names = modules.map(\.name)
    let areDifferent = holds(
      Set(names).count == names.count, "Sequential: the names \(names) are not all different")
    parts = modules.enumerated().map { place, part in
      (areDifferent ? part.name : "\(place)", part.module)
    }
  }

  public var parameters: [ModuleParameter] {
    parts.flatMap { part in part.module.parameters.map { $0.inside(part.name) } }
  }

  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor {
    var output = x
    var rest = parts[...]
    while let part = rest.popFirst() {
      let own = values.inside(part.name)
      if let layer = part.module as? Linear, rest.first?.module is ReLU {
        rest.removeFirst()
        output = layer.rectified(output, own)
      } else {
        output = part.module(output, own)
      }
    }
    return output
  }
}
