import Preconditions

/// A masked distribution: only some elements of the batch count in the log density.
///
/// Where the mask is 0, the log density and its gradient are 0, whatever the value there: the density is evaluated
/// at some value of the support instead, so that `nan` data cannot reach it.
public struct Masked<Base: Distribution>: Distribution {
  /// The distribution without the mask.
  public let base: Base
  /// An indicator of the elements that count (1) or do not (0); shape `batchShape`.
  public let mask: Tensor

  /// The distribution `base` with a mask.
  ///
  /// - Precondition: `mask` broadcasts to the batch of `base`.
  init(_ base: Base, by mask: Tensor) {
    self.base = base
    self.mask = mask.broadcast(to: base.batchShape)
  }

  public var name: String { base.name }
  public var parameters: [Parameter] { base.parameters + [.init("mask", mask, .boolean)] }
  public var support: Support { base.support }
  public var batchShape: [Int] { base.batchShape }
  public var eventShape: [Int] { base.eventShape }
  public var isDiscrete: Bool { base.isDiscrete }
  public var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { base.sample(shape, key: key) }
  public func draw(_ shape: [Int], key: RandomKey) -> Draw { base.draw(shape, key: key) }

  public func logProb(_ x: Tensor) -> Tensor { base.logProb(of: Draw(value: x), where: mask) }
  public func logProb(of draw: Draw) -> Tensor { base.logProb(of: draw, where: mask) }
}

extension Masked: HasGaussianForm where Base: HasGaussianForm {
  public var meanParameter: String { base.meanParameter }
}

extension Masked: HasMoments where Base: HasMoments {
  public var mean: Tensor { base.mean }
  public var variance: Tensor { base.variance }
}

extension Masked: HasCDF where Base: HasCDF {
  public func cdf(_ x: Tensor) -> Tensor { base.cdf(x) }
}

extension Masked: HasQuantiles where Base: HasQuantiles {
  public func icdf(_ p: Tensor) -> Tensor { base.icdf(p) }
  public func logCDF(_ x: Tensor) -> Tensor { base.logCDF(x) }
  public func logSurvival(_ x: Tensor) -> Tensor { base.logSurvival(x) }
  public func icdf(logCDF logProbability: Tensor) -> Tensor { base.icdf(logCDF: logProbability) }
  public func icdf(logSurvival logProbability: Tensor) -> Tensor {
    base.icdf(logSurvival: logProbability)
  }
  public var corner: Tensor? { base.corner }
}

extension Distribution {
  /// The same distribution, in which only elements whose `mask` is 1 count.
  ///
  /// - Parameter mask: The indicator, 0 or 1; broadcasts with `batchShape`, which grows to the common shape.
  /// - Precondition: The two shapes broadcast.
  public func masked(by mask: Tensor) -> any Distribution {
    guard let shape = broadcastShapes([batchShape, mask.shape]) else {
      reportMistake(
        "masked(by:): a mask of shape \(mask.shape) does not fit \(name) of batch \(batchShape)")
      return self
    }
    func wrapped(_ base: some Distribution) -> any Distribution { Masked(base, by: mask) }
    return wrapped(expanded(to: shape))
  }

  /// The log density where `mask` is 1, and 0 with no gradient elsewhere.
  func logProb(of draw: Draw, where mask: Tensor) -> Tensor {
    let kept = keeping(draw, where: mask)
    return select(mask, logProb(of: kept), 0)
  }

  /// The draw with the values outside the mask replaced. A value without a base may be data, and data may be
  /// missing: `select` alone would let 0 · nan into the gradient.
  private func keeping(_ draw: Draw, where mask: Tensor) -> Draw {
    if draw.base != nil { return draw }
    let isKept = mask.reshaped(to: mask.shape + eventShape.map { _ in 1 })
    let substitute = support.feasible(draw.value.shape)
    return Draw(value: select(isKept, draw.value, substitute))
  }
}
