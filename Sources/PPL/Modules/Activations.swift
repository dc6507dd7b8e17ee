/// The rectifier, `max(0, x)`, element by element; its derivative at 0 is 0.
public struct ReLU: Module {
  /// The function has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor { maximum(x, 0) }
}

/// The hyperbolic tangent, element by element.
public struct Tanh: Module {
  /// The function has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor { tanh(x) }
}
