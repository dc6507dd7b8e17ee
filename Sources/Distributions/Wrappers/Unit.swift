import Autodiff
import PPL

/// The unit distribution: a value without elements with a given log density, the distribution of a `factor` site.
///
///     log p(()) = logFactor
///
/// - Shape: batch is that of `logFactor`; event `[0]`.
public struct Unit: Distribution {
  /// The log density that the site contributes; batch shape.
  public let logFactor: Tensor

  /// A batch with one distribution for each element of `logFactor`.
  public init(_ logFactor: Tensor) { self.logFactor = logFactor }

  public var parameters: [Parameter] { [.init("logFactor", logFactor, .real)] }
  public var support: Support { Support(Nothing()) }
  public var batchShape: [Int] { logFactor.shape }
  public var eventShape: [Int] { [0] }

  public func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    .zeros(shape + batchShape + eventShape)
  }

  public func logProb(_ x: Tensor) -> Tensor {
    let shape = broadcastShapes([Array(x.shape.dropLast()), batchShape]) ?? batchShape
    return logFactor.broadcast(to: shape)
  }

  /// The constraint on vectors of length zero, which all satisfy it.
  private struct Nothing: Constraint {
    var name: String { "a vector of no elements" }
    var eventRank: Int { 1 }
    func contains(_ x: Tensor) -> Tensor { .ones(Array(x.shape.dropLast())) }
    var bijection: any Transform { IndependentTransform(IdentityTransform(), rank: 1) }
  }
}
