import Preconditions

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

/// The logistic function, `1 / (1 + exp(-x))`, element by element.
public struct Sigmoid: Module {
  /// A logistic function, which has no parameters.
  public init() {}
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor { sigmoid(x) }
}

/// The leaky rectified linear unit, `max(slope x, x)`, element by element.
///
/// - Reference: Maas, Hannun, Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*.
public struct LeakyReLU: Module {
  /// The slope below 0.
  public let slope: Double

  /// A leaky rectifier, which has no parameters; the slope is PyTorch's if it is not given.
  ///
  /// - Precondition: The slope is at most 1.
  public init(slope: Double = 0.01) {
    holds(slope <= 1, "LeakyReLU: the slope is \(slope), but must be at most 1")
    self.slope = slope
  }
  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor {
    maximum(x, Tensor(slope) * x)
  }
}
