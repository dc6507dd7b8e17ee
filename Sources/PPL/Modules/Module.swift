import Preconditions

/// A differentiable function with named parameters: a layer of a network, or a whole one.
///
///     let network = Sequential(Linear(6, 50), ReLU(), Linear(50, 1))
///
/// A module holds no numbers. A model states its parameters by `Context.module(_:_:)`, to be
/// optimized, or by `Context.randomModule(_:_:prior:)`, with a prior, and gets back a function.
public protocol Module: Sendable {
  /// The parameters, in the order in which a model states them.
  var parameters: [ModuleParameter] { get }

  /// The output at `x`.
  ///
  /// - Parameters:
  ///   - x: One example, or a batch of them along leading dimensions.
  ///   - values: The values of the parameters.
  func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor
}

extension Module {
  public var parameters: [ModuleParameter] { [] }
}

/// A parameter of a module: its name there, its shape, and how its start is drawn.
public struct ModuleParameter: Sendable {
  /// The path inside the module, as in `hidden/weight`.
  public var name: String
  /// The shape of its value.
  public let shape: [Int]
  /// The start, of this shape.
  public let initial: @Sendable (RandomKey) -> Tensor

  /// The parameter `name` of this shape, whose start is drawn by a key.
  public init(
    _ name: String, _ shape: [Int], initially initial: @escaping @Sendable (RandomKey) -> Tensor
  ) {
    (self.name, self.shape, self.initial) = (name, shape, initial)
  }

  /// The same parameter as a module sees it that has its module as the part `name`.
  public func inside(_ part: String) -> ModuleParameter {
    ModuleParameter("\(part)/\(name)", shape, initially: initial)
  }
}

/// The values of a module's parameters.
public struct ModuleValues: Sendable {
  private let values: [String: Tensor]
  private let prefix: String

  /// - Parameter values: By the names in `Module.parameters`.
  public init(_ values: [String: Tensor]) { self.init(values, "") }

  private init(_ values: [String: Tensor], _ prefix: String) {
    (self.values, self.prefix) = (values, prefix)
  }

  /// The value of a parameter.
  ///
  /// - Precondition: The module has declared a parameter of this name.
  public subscript(name: String) -> Tensor {
    guard let value = values[prefix + name] else {
      reportMistake(
        "module: no parameter \"\(prefix + name)\" is declared; there are \(values.keys.sorted())")
      return Tensor(.nan)
    }
    return value
  }

  /// The values of a part of the module.
  public func inside(_ part: String) -> ModuleValues { ModuleValues(values, "\(prefix)\(part)/") }
}
