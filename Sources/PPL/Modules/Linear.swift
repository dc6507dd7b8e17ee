import Preconditions

/// A layer that combines all its inputs linearly.
///
///     y = x W + b
///
/// - Shape: `[..., inputs]` → `[..., outputs]`; `weight` is `[inputs, outputs]`, the transpose of
///   PyTorch's, and `bias` is `[outputs]`.
public struct Linear: Module {
  /// How many numbers go in, and how many come out.
  public let inputs, outputs: Int
  /// How weight and bias start.
  public let initialization: LayerInitialization

  /// - Precondition: The layer has inputs and outputs.
  public init(
    _ inputs: Int, _ outputs: Int, initialization: LayerInitialization = .lecunNormal
  ) {
    holds(
      inputs > 0 && outputs > 0,
      "Linear(\(inputs), \(outputs)): needs a positive number of inputs and outputs")
    (self.inputs, self.outputs) = (max(inputs, 1), max(outputs, 1))
    self.initialization = initialization
  }

  public var parameters: [ModuleParameter] {
    let (inputs, outputs, rule) = (inputs, outputs, initialization)
    return [
      ModuleParameter("weight", [inputs, outputs]) { rule.weight(inputs, outputs, $0) },
      ModuleParameter("bias", [outputs]) { rule.bias(inputs, outputs, $0) },
    ]
  }

  public func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor {
    inRows(x) { affine($0, values["weight"], values["bias"]) }
  }

  /// The layer with a rectifier after it, in one pass.
  func rectified(_ x: Tensor, _ values: ModuleValues) -> Tensor {
    inRows(x) { affineReLU($0, values["weight"], values["bias"]) }
  }

  private func inRows(_ x: Tensor, _ layer: (Tensor) -> Tensor) -> Tensor {
    guard
      holds(
        x.shape.last == inputs,
        "Linear(\(inputs), \(outputs)): got an input of shape \(x.shape), whose last dimension "
          + "must be \(inputs)")
    else { return .full(.nan, x.shape.dropLast() + [outputs]) }
    if x.rank == 2 { return layer(x) }
    return layer(x.reshaped(to: [-1, inputs])).reshaped(to: x.shape.dropLast() + [outputs])
  }
}

/// How the weights of a layer start.
public struct LayerInitialization: Sendable {
  /// From the numbers of inputs and outputs and a key; `[inputs, outputs]`.
  let weight: @Sendable (Int, Int, RandomKey) -> Tensor
  /// The same for `[outputs]`.
  let bias: @Sendable (Int, Int, RandomKey) -> Tensor

  /// - Parameters:
  ///   - weight: From the numbers of inputs and outputs and a key, `[inputs, outputs]`.
  ///   - bias: The same for `[outputs]`.
  public init(
    weight: @escaping @Sendable (Int, Int, RandomKey) -> Tensor,
    bias: @escaping @Sendable (Int, Int, RandomKey) -> Tensor
  ) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// Weights of variance `1 / inputs`, normal but cut at two deviations; biases at 0: Flax's start.
  ///
  /// - Reference: LeCun et al. (1998), *Efficient BackProp*, §4.6; the cut as in JAX's
  ///   `lecun_normal`.
  public static let lecunNormal = LayerInitialization(
    weight: { inputs, outputs, key in
      let tail = normalCDF(-2).scalar
      let cut = normalQuantile(key.uniform([inputs, outputs], in: tail..<(1 - tail)))
      // The deviation of a standard normal cut at ±2.
      let deviation = 0.87962566103423978
      return cut * Tensor(1 / (Double(inputs).squareRoot() * deviation))
    },
    bias: { _, outputs, _ in .zeros([outputs]) })

  /// Weights and biases uniform within `1 / √inputs` of 0: PyTorch's start.
  ///
  /// - Reference: He et al. (2015), *Delving Deep into Rectifiers*, with the slope √5 that PyTorch's
  ///   `nn.Linear` takes.
  public static let fanInUniform = LayerInitialization(
    weight: { inputs, outputs, key in
      let bound = 1 / Double(inputs).squareRoot()
      return key.uniform([inputs, outputs], in: -bound..<bound)
    },
    bias: { inputs, outputs, key in
      let bound = 1 / Double(inputs).squareRoot()
      return key.uniform([outputs], in: -bound..<bound)
    })
}
