import PPL

/// A family that is another one seen through a transform, such as `LKJ`, under a name of its own.
///
/// Conforming types give their `law` and get the rest; a draw keeps the value before the transform.
public protocol TransformedFamily: TransformedLaw {
  /// The law, as a base and its transforms.
  var law: Transformed { get }
}

extension TransformedFamily {
  public var parameters: [Parameter] { law.parameters }
  public var support: Support { law.support }
  public var batchShape: [Int] { law.batchShape }
  public var eventShape: [Int] { law.eventShape }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor { law.sample(shape, key: key) }
  public func draw(_ shape: [Int], key: RandomKey) -> Draw { law.draw(shape, key: key) }
  public func logProb(_ x: Tensor) -> Tensor { law.logProb(x) }
  public func logProb(of draw: Draw) -> Tensor { law.logProb(of: draw) }
}
