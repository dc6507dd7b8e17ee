import PPL

/// A named family that is a transform of another distribution, such as `LKJ`.
///
/// Conforming types provide `transformed` and get the rest; a draw keeps the value before the transform.
public protocol TransformedFamily: TransformedDistribution {
  /// The distribution as a base and its transforms.
  var transformed: Transformed { get }
}

extension TransformedFamily {
  public var base: any Distribution { transformed.base }
  public var transforms: [any Transform] { transformed.transforms }
  public var parameters: [Parameter] { transformed.parameters }
  public var support: Support { transformed.support }
  public var batchShape: [Int] { transformed.batchShape }
  public var eventShape: [Int] { transformed.eventShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    transformed.sample(shape, key: key)
  }
  public func draw(_ shape: [Int], key: RandomKey) -> Draw { transformed.draw(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { transformed.logProb(x) }
  public func logProb(of draw: Draw) -> Tensor { transformed.logProb(of: draw) }
}
