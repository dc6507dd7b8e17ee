import PPL

/// The module of a spectrum network: linear layers, with an activation after each but the last.
///
/// Its parameters are named `layer0.weights`, `layer0.biases` and so on, in models and in files.
struct SpectrumLayers: Module {
  let parameters: [ModuleParameter]
  private let network: Sequential

  init(_ architecture: SpectrumArchitecture) {
    let widths = architecture.widths
    var parts: [(name: String, module: any Module)] = []
    for layer in 0..<architecture.layerCount {
      if layer > 0 { parts.append(("activation\(layer)", architecture.activation.module)) }
      let linear = Linear(widths[layer], widths[layer + 1], initialization: .fanInUniform)
      parts.append(("layer\(layer)", linear))
    }
    network = Sequential(parts)
    parameters = network.parameters.map { own in
      var parameter = own
      parameter.name = own.name.replacing("/weight", with: ".weights")
        .replacing("/bias", with: ".biases")
      return parameter
    }
  }

  func callAsFunction(_ x: Tensor, _ values: ModuleValues) -> Tensor {
    let own = zip(network.parameters, parameters).map { ($0.name, values[$1.name]) }
    return network(x, ModuleValues(Dictionary(uniqueKeysWithValues: own)))
  }
}

extension SpectrumArchitecture {
  /// The parameters of all layers, in order.
  var parameters: [ModuleParameter] { SpectrumLayers(self).parameters }
}

extension SpectrumArchitecture.Activation {
  fileprivate var module: any Module {
    switch self {
    case .relu: ReLU()
    case .leakyReLU: LeakyReLU()
    case .tanh: Tanh()
    case .sigmoid: Sigmoid()
    }
  }
}
