import Preconditions

/// A linear (fully connected) layer.
///
///     y = x W + b
///
/// - Shape: `[..., inputs]` → `[..., outputs]`; `weight` is `[inputs, outputs]`, the transpose of
///   PyTorch's, and `bias` is `[outputs]`.
public struct Linear: Module {
  /// The numbers of inputs and of outputs.
  public let inputs, outputs: Int
  /// The initialization of weight and bias.
  public let initialization: LayerInitialization

  /// A layer from `inputs` to `outputs` numbers.
  ///
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

  /// The layer followed by a rectifier, in one pass.
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

/// The initialization of the weights of a layer.
public struct LayerInitialization: Sendable {
  /// The initial weights, `[inputs, outputs]`, from the numbers of inputs and outputs and a key.
  let weight: @Sendable (Int, Int, RandomKey) -> Tensor
  /// The initial bias, `[outputs]`, from the numbers of inputs and outputs and a key.
  let bias: @Sendable (Int, Int, RandomKey) -> Tensor

  /// An initialization by two functions.
  ///
  /// - Parameters:
  ///   - weight: The weights, `[inputs, outputs]`, from the numbers of inputs and outputs and a key.
  ///   - bias: The bias, `[outputs]`, from the same arguments.
  public init(
    weight: @escaping @Sendable (Int, Int, RandomKey) -> Tensor,
    bias: @escaping @Sendable (Int, Int, RandomKey) -> Tensor
  ) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// Flax's initialization: normal weights of variance `1 / inputs`, truncated at two deviations, and zero biases.
  ///
  /// - Reference: LeCun et al. (1998), *Efficient BackProp*, §4.6; truncated as in JAX's
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

  /// PyTorch's initialization: weights and biases uniform within `1 / √inputs` of 0.
  ///
  /// - Reference: He et al. (2015), *Delving Deep into Rectifiers*, with the slope √5 that PyTorch's
  ///   `nn.Linear` uses.
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
