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
/// Up to a constant, the negative log density is the sum over pairs of the loss, eq. (16). Pairs form a plate that may be
/// subsampled. The other losses are not distributions of the spectra, and are factors of the model.
public struct SpectrumModel: Sendable {
  /// The name of the model on the command line and in files.
  public static let name = "lsef-spectrum"
  /// The name of the plate of the pairs.
  static let plate = "pair"

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

  /// The model with random weights, for a Bayesian estimate:
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
      requirementFailed(
        "SpectrumModel: only a loss of square roots is a distribution of the spectra.")
    }
    return try model(pairs, subsampleSize) { p in
      let module = SpectrumLayers(architecture)
      let priors = module.parameters.enumerated().map { place, own in
        let deviation = priorScale / Double(architecture.widths[place / 2]).squareRoot()
        return (own.name, Normal(0, Tensor(deviation)) as any Distribution)
      }
      let network = p.randomModule(
        "", module, prior: Dictionary(uniqueKeysWithValues: priors))
      return Weights(network: network, noise: p.sample("noise", HalfNormal(1)))
    }
  }

  /// The initial weights and biases by the names of their sites, uniform within ±1 / sqrt(number of inputs of their
  /// layer).
  ///
  /// - Throws: As a run of a model.
  public func initialValues(key: RandomKey) throws -> [String: Tensor] {
    try Model { p in _ = startingParameters(&p) }.seeded(by: key).trace().values
  }

  /// The network with values of its parameters, and the scale of the residuals.
  struct Weights {
    let network: BoundModule
    let noise: Tensor
  }

  func startingParameters(_ p: inout Context) -> Weights {
    Weights(network: p.module("", SpectrumLayers(architecture)), noise: 1)
  }

  private func model(
    _ pairs: SpectrumPairs, _ subsampleSize: Int?,
    weights: @escaping @Sendable (inout Context) -> Weights
  ) throws(EstimatorError) -> Model<Tensor> {
    try pairs.checkFit(architecture)
    guard pairs.count > 0 else { throw .tooFewPairs(0, needed: 1) }
    let inputs = Tensor(
      architecture.inputs(pairs.bandVariances.scalars[...]),
      shape: [pairs.count, architecture.bandCount])
    let roots = Tensor(
      pairs.spectra.scalars.map { $0.squareRoot() },
      shape: [pairs.count, architecture.spectrumCount])
    return Model { p in
      let weights = weights(&p)
      return p.plate(Self.plate, pairs.count, subsampleSize: subsampleSize) { p, rows in
        // Also for all pairs: in the order of the rows.
        let output = weights.network(inputs.taking(indices: rows.indices, along: 0))
        let roots = roots.taking(indices: rows.indices, along: 0)
        switch loss {
        case .squareRoots(let squares):
          let deviations = Tensor(squares.map { 1 / (2 * $0).squareRoot() })
          let residuals = Normal(output, weights.noise * deviations)
          p.sample("squareRootSpectrum", residuals.toEvent(1), observed: roots)
        case .analysisError(let modes, let r):
          p.factor("analysisError", -analysisError(output, roots, Tensor(modes), Tensor(r)))
        case .differences(let weights):
          p.factor("differences", -weights(output - roots))
        }
        return output
      }
    }
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

extension SpectrumLoss.Differences {
  /// The loss of each row of differences d, `[pairs, L + 1]`.
  fileprivate func callAsFunction(_ d: Tensor) -> Tensor {
    var (row, sum) = (d, Tensor(0))
    for k in 0..<3 {
      if k > 0 {
        let count = spectrumCount - k
        let later = Tensor((1...count).map(Double.init))
        let earlier = Tensor((0..<count).map(Double.init))
        row = row.taking(indices: later, along: -1) - row.taking(indices: earlier, along: -1)
      }
      let scale = 1 / Double(spectrumCount - k)
      if absolute[k] > 0 {
        sum = sum + Tensor(absolute[k] * scale) * abs(row).sum(along: [-1])
      }
      if squared[k] > 0 {
        sum = sum + Tensor(squared[k] * scale) * square(row).sum(along: [-1])
      }
    }
    return sum
  }
}
