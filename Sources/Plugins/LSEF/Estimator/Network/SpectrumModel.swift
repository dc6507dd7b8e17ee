import Distributions
import Foundation
import LinearAlgebra
import PPL
import Preconditions

/// The spectrum network as a probabilistic model: its weights, and the distribution of square-root spectra given band
/// variances.
///
///     sqrt(b_l) ~ Normal(o_l(v), 1 / sqrt(2 w_l))    for each pair
///
/// The negative log density is, but for a constant, the sum over pairs of the loss, eq. (16). Pairs form a plate that
/// may be subsampled. The analysis-error loss is no distribution of the spectra, and enters as a factor.
public struct SpectrumModel: Sendable {
  /// The name of the model on the command line and in files.
  public static let name = "lsef-spectrum"

  /// The network's architecture.
  public let architecture: SpectrumArchitecture
  /// The loss of its output.
  public let loss: SpectrumLoss

  /// A model of this architecture and loss.
  ///
  /// - Precondition: The loss has as many weights as the architecture wavenumbers.
  public init(_ architecture: SpectrumArchitecture, loss: SpectrumLoss) {
    require(
      loss.spectrumCount == architecture.spectrumCount,
      "SpectrumModel: \(loss.spectrumCount) weights for \(architecture.spectrumCount) wavenumbers.")
    (self.architecture, self.loss) = (architecture, loss)
  }

  /// The model with its weights as parameters, which start uniform within ±1 / sqrt(number of inputs of their layer).
  ///
  /// - Parameters:
  ///   - pairs: The training data.
  ///   - subsampleSize: The number of pairs in a run; all of them if nil.
  /// - Throws: `EstimatorError` if the pairs have other bands or wavenumbers.
  public func trained(
    on pairs: SpectrumPairs, subsampleSize: Int? = nil
  ) throws(EstimatorError) -> Model<Tensor> {
    try model(pairs, subsampleSize) { p in startingParameters(&p) }
  }

  /// The model with its weights random, a Bayesian estimate:
  ///
  ///     weights, biases ~ Normal(0, priorScale / sqrt(inputs of their layer)),    noise ~ HalfNormal(1)
  ///     sqrt(b_l) ~ Normal(o_l(v), noise / sqrt(2 w_l))
  ///
  /// A guide such as `AutoNormal` gives draws of the weights; `SpectrumNetwork(_:values:)` makes a network of each.
  ///
  /// - Throws: As `trained(on:subsampleSize:)`.
  /// - Precondition: The loss is one of square roots.
  public func bayesian(
    on pairs: SpectrumPairs, subsampleSize: Int? = nil, priorScale: Double = 1
  ) throws(EstimatorError) -> Model<Tensor> {
    guard case .squareRoots = loss else {
      requirementFailed("SpectrumModel: the analysis-error loss is no distribution of the spectra.")
    }
    return try model(pairs, subsampleSize) { p in
      Weights(
        values: architecture.parameters.map { name, shape, fanIn in
          let deviation = Tensor(priorScale / Double(fanIn).squareRoot())
          return p.sample(
            name, Normal(.zeros(shape), deviation).toEvent(shape.count))
        }, noise: p.sample("noise", HalfNormal(1)))
    }
  }

  /// The initial weights and biases by the names of their sites, uniform within ±1 / sqrt(number of inputs of their
  /// layer).
  ///
  /// - Throws: As a run of a model.
  public func initialValues(key: RandomKey) throws -> [String: Tensor] {
    try Model { p in _ = startingParameters(&p) }.seeded(by: key).trace().values
  }

  /// The parameters of all layers in order, and the scale of the residuals.
  struct Weights {
    let values: [Tensor]
    let noise: Tensor
  }

  func startingParameters(_ p: inout Context) -> Weights {
    Weights(
      values: architecture.parameters.map { name, shape, fanIn in
        let bound = 1 / Double(fanIn).squareRoot()
        return p.parameter(name) { key in key.uniform(shape, in: -bound..<bound) }
      }, noise: 1)
  }

  private func model(
    _ pairs: SpectrumPairs, _ subsampleSize: Int?,
    weights: @escaping @Sendable (inout Context) -> Weights
  ) throws(EstimatorError) -> Model<Tensor> {
    try pairs.checkFit(architecture)
    guard pairs.count > 0 else { throw .tooFewPairs(0, needed: 1) }
    let data = tensors(pairs)
    return model(pairs.count, subsampleSize ?? pairs.count, weights: weights) { rows in
      (rows.taken(from: data.inputs), rows.taken(from: data.roots))
    }
  }

  /// The inputs of the network, `[pairs, J]`, and the square-root spectra that are its targets, `[pairs, L + 1]`.
  func tensors(_ pairs: SpectrumPairs) -> (inputs: Tensor, roots: Tensor) {
    let inputs = architecture.inputs(pairs.bandVariances.scalars[...])
    let roots = pairs.spectra.scalars.map { $0.squareRoot() }
    return (
      Tensor(inputs, shape: [pairs.count, architecture.bandCount]),
      Tensor(roots, shape: [pairs.count, architecture.spectrumCount])
    )
  }

  /// The model of `count` pairs, of which a run uses as many as `data` gives; those of mask 0 do not count.
  func model(
    _ count: Int, _ used: Int, mask: Tensor? = nil,
    weights: @escaping @Sendable (inout Context) -> Weights,
    data: @escaping @Sendable (PlateIndices) -> (inputs: Tensor, roots: Tensor)
  ) -> Model<Tensor> {
    Model { p in
      let weights = weights(&p)
      return p.plate("pair", count, subsampleSize: used) { p, rows in
        let (inputs, roots) = data(rows)
        let output = network(inputs, weights.values)
        switch loss {
        case .squareRoots(let squares):
          let deviations = Tensor(squares.map { 1 / (2 * $0).squareRoot() })
          let residuals = Normal(output, weights.noise * deviations)
          p.sample("squareRootSpectrum", residuals.toEvent(1), observed: roots, mask: mask)
        case .analysisError(let modes, let r):
          let errors = analysisError(output, roots, Tensor(modes), Tensor(r))
          p.factor("analysisError", -(mask.map { $0 * errors } ?? errors))
        }
        return output
      }
    }
  }

  private func network(_ inputs: Tensor, _ values: [Tensor]) -> Tensor {
    var x = inputs
    for layer in 0..<architecture.layerCount {
      let (W, b) = (values[2 * layer], values[2 * layer + 1])
      x =
        layer == architecture.layerCount - 1
        ? affine(x, W, b) : architecture.activation.layer(x, W, b)
    }
    return x
  }

  private func analysisError(
    _ output: Tensor, _ roots: Tensor, _ modes: Tensor, _ r: Tensor
  ) -> Tensor {
    let (predicted, b) = (square(output), square(roots))
    let numerator = square(r * (predicted - b))
    let denominator = (b + r) * square(predicted + r)
    return (modes * numerator / denominator).sum(along: [-1])
  }

  /// The difference between the negative log density of a pair and its loss.
  ///
  ///     -log p = loss + constant,    constant = sum_l log(pi / w_l) / 2
  var constant: Double {
    guard case .squareRoots(let weights) = loss else { return 0 }
    return weights.reduce(0) { $0 + log(.pi / $1) / 2 }
  }
}
