import Preconditions

/// An expanded distribution: independent copies of a distribution that fill a larger batch.
///
///     Normal(0, 1).expanded(to: [5]).batchShape  // [5]
///
/// Draws are independent along the new dimensions, in the order in which NumPyro's
/// `ExpandedDistribution` draws them.
public struct Expanded<Base: Distribution>: Distribution {
  /// The distribution that is copied.
  public let base: Base
  public let batchShape: [Int]

  /// The distribution `base` with the batch shape `shape`.
  ///
  /// - Precondition: The batch of `base` broadcasts to `shape`.
  init(_ base: Base, to shape: [Int]) {
    let fits = holds(
      broadcastShapes([base.batchShape, shape]) == shape,
      "expanded(to:): \(base.name) of batch \(base.batchShape) does not broadcast to \(shape)")
    (self.base, batchShape) = (base, fits ? shape : base.batchShape)
  }

  public var name: String { base.name }
  public var parameters: [Parameter] { base.parameters }
  public var support: Support { base.support }
  public var eventShape: [Int] { base.eventShape }
  public var isDiscrete: Bool { base.isDiscrete }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let drawn = base.sample(shape + added + stretched.map(\.size), key: key)
    return arranged(drawn, sampleShape: shape)
  }

  public func draw(_ shape: [Int], key: RandomKey) -> Draw {
    let drawn = base.draw(shape + added + stretched.map(\.size), key: key)
    return Draw(
      value: arranged(drawn.value, sampleShape: shape),
      base: drawn.base.map { arranged($0, sampleShape: shape) })
  }

  public func logProb(_ x: Tensor) -> Tensor { filled(base.logProb(x), for: x) }

  public func logProb(of draw: Draw) -> Tensor { filled(base.logProb(of: draw), for: draw.value) }

  /// The sizes of the dimensions to the left of the base's batch.
  private var added: [Int] { Array(batchShape.dropLast(base.batchShape.count)) }

  /// The dimensions of size one that are expanded, counted from the right, the last one first.
  private var stretched: [(dim: Int, size: Int)] {
    zip(base.batchShape.reversed(), batchShape.reversed()).enumerated().compactMap { place, sizes in
      sizes.0 == 1 && sizes.1 != 1 ? (-place - 1, sizes.1) : nil
    }
  }

  /// Moves each expanded dimension, which was drawn to the left of the base's batch, to its place.
  private func arranged(_ x: Tensor, sampleShape: [Int]) -> Tensor {
    if stretched.isEmpty { return x }
    let drawnRank = sampleShape.count + added.count + stretched.count + base.batchShape.count
    var order = Array(0..<x.rank)
    for (place, axis) in stretched.enumerated() {
      order.swapAt(drawnRank + axis.dim, sampleShape.count + added.count + place)
    }
    let event = x.shape.dropFirst(drawnRank)
    return x.transposed(order).reshaped(to: sampleShape + batchShape + event)
  }

  private func filled(_ logProb: Tensor, for x: Tensor) -> Tensor {
    let leading = Array(x.shape.dropLast(eventShape.count))
    guard let shape = broadcastShapes([leading, batchShape]) else {
      reportMistake("\(name) of batch \(batchShape) got a value of shape \(x.shape)")
      return logProb
    }
    return logProb.broadcast(to: shape)
  }
}

extension Expanded: HasCDF where Base: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor { filled(base.cdf(x), for: x) }
}

extension Expanded: HasQuantiles where Base: HasQuantiles {
  public func icdf(_ p: Tensor) -> Tensor { filled(base.icdf(p), for: p) }
  public func logCDF(_ x: Tensor) -> Tensor { filled(base.logCDF(x), for: x) }
  public func logSurvival(_ x: Tensor) -> Tensor { filled(base.logSurvival(x), for: x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor {
    filled(base.icdf(logCDF: logProbability), for: logProbability)
  }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    filled(base.icdf(logSurvival: logProbability), for: logProbability)
  }
  public var corner: Tensor? { base.corner }
}

extension Expanded: HasGaussianForm where Base: HasGaussianForm {
  public var meanParameter: String { base.meanParameter }
}

extension Expanded: HasMoments where Base: HasMoments {
  public var mean: Tensor { base.mean.broadcast(to: shape) }
  public var variance: Tensor { base.variance.broadcast(to: shape) }
}

extension Expanded: HasEntropy where Base: HasEntropy {
  public var entropy: Tensor { base.entropy.broadcast(to: batchShape) }
}

/// A wrapper with its own expansion, so that it is not wrapped again.
protocol CustomExpansion: Distribution {
  func custom(expansionTo shape: [Int]) -> any Distribution
}

extension Expanded: CustomExpansion {
  func custom(expansionTo shape: [Int]) -> any Distribution {
    // One wrapper draws in another order than two.
    Expanded(base, to: shape)
  }
}

extension Distribution {
  /// The same distribution, copied independently until its batch has this shape.
  ///
  /// - Precondition: `batchShape` broadcasts to `shape`.
  public func expanded(to shape: [Int]) -> any Distribution {
    if shape == batchShape { return self }
    if let special = self as? any CustomExpansion { return special.custom(expansionTo: shape) }
    return Expanded(self, to: shape)
  }
}
