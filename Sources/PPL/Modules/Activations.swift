/// The rectified linear unit, `max(0, x)`, element by element; its derivative at 0 is 0.
public struct ReLU: Module {
  /// A rectifier, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor { maximum(x, 0) }
}

/// The hyperbolic tangent, element by element.
public struct Tanh: Module {
  /// A hyperbolic tangent, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor { tanh(x) }
}
