import Autodiff

/// Entries that are not a number become 0, and are counted; infinities stay.
///
/// - Reference: Optax, `zero_nans`.
public struct ZeroNaNs: Optimizer {
  public struct State: Sendable, Codable {}
  public init() {}
  public func initialState(_ parameters: [Double]) -> State { State() }

  public func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord) {
    for i in gradient.indices where gradient[i].isNaN {
      gradient[i] = 0
      record.zeroed += 1
    }
  }
}

/// A gradient longer than `limit` is shortened to it, over all parameters together.
///
///     g <- (limit / n) g    where n = ||g|| >= limit
///
/// - Reference: Pascanu, Mikolov, Bengio (2013), *On the difficulty of training recurrent neural networks*, alg. 1.
public struct ClipGlobalNorm: Optimizer {
  public struct State: Sendable, Codable {}
  let limit: Double

  /// - Precondition: `limit` is positive.
  public init(_ limit: Double) {
    precondition(limit > 0, "ClipGlobalNorm: the limit is \(limit), but must be positive.")
    self.limit = limit
  }
  public func initialState(_ parameters: [Double]) -> State { State() }

  public func update(_ gradient: inout [Double], state: inout State, record: inout StepRecord) {
    let norm = gradient.sumOfSquares.squareRoot()
    record.gradientNorm = norm
    // Not `norm >= limit`: a norm that is not a number must not pass as short.
    guard !(norm < limit) else { return }
    record.isClipped = true
    let factor = limit / norm
    for i in gradient.indices { gradient[i] *= factor }
  }
}
