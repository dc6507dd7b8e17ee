import Preconditions

/// A neural network module: a differentiable function with named parameters, one layer or a whole network.
///
///     let network = Sequential(Linear(6, 50), ReLU(), Linear(50, 1))
///
/// A module holds no numbers. A model states its parameters by `Context.module(_:_:)`, to be optimized, or by
/// `Context.randomModule(_:_:prior:)`, with a prior, and gets a function back.
public protocol Module: Sendable {
  /// The parameters, in the order in which a model states them.
  var parameters: [ModuleParameter] { get }

  /// The output at `x`.
  ///
  /// - Parameters:
  ///   - x: The input, one example or a batch of them along leading dimensions.
  ///   - values: The values of the parameters.
  func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor
}

extension Module {
  public var parameters: [ModuleParameter] { [] }
}

/// A parameter of a module: its name, its shape and its initialization.
public struct ModuleParameter: Sendable {
  /// The path of the parameter inside the module, as in `hidden/weight`.
  public var name: String
  /// The shape of the value.
  public let shape: [Int]
  /// The initial value, of this shape, from a key.
  public let initial: @Sendable (RandomKey) -> Tensor

  /// The parameter `name` of this shape, whose initial value is drawn with a key.
  public init(
    _ name: String, _ shape: [Int], initially initial: @escaping @Sendable (RandomKey) -> Tensor
  ) {
    (self.name, self.shape, self.initial) = (name, shape, initial)
  }

  /// The same parameter as named by a module of which this module is the part `name`.
  public func inside(_ part: String) -> ModuleParameter {
    ModuleParameter("\(part)/\(name)", shape, initially: initial)
  }
}

/// The values of a module's parameters.
public struct ModuleValues: Sendable {
  private let values: [String: Tensor]
  private let prefix: String

  /// The values of the parameters of a module.
  ///
  /// - Parameter values: The values by the names in `Module.parameters`.
  public init(_ values: [String: Tensor]) { self.init(values, "") }

  private init(_ values: [String: Tensor], _ prefix: String) {
    (self.values, self.prefix) = (values, prefix)
  }

  /// The value of a parameter by its name.
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

  /// The values of the parameters of a part of the module.
  public func inside(_ part: String) -> ModuleValues { ModuleValues(values, "\(prefix)\(part)/") }
}
