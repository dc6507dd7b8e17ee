import PPL

/// Entries that are not a number become 0, and are counted; infinities stay.
///
/// - Reference: Optax, `zero_nans`.
public struct ZeroNaNs: GradientTransformation {
  /// Has nothing to set.
  public init() {}
  public func initialState(_ parameters: ParameterVector) -> [Tensor] { [] }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let isNone = isNaN(gradient)
    step.zeroed = step.zeroed + isNone.sum()
    return select(isNone, 0, gradient)
  }
}

/// A gradient longer than `limit` is shortened to it, over all parameters together.
///
///     g <- (g / n) limit    where n = ||g|| >= limit
///
/// - Reference: Pascanu, Mikolov, Bengio (2013), *On the difficulty of training recurrent neural networks*, alg. 1.
public struct ClipGlobalNorm: GradientTransformation {
  let limit: Double

  /// With a positive limit; `validate()` throws for another.
  public init(_ limit: Double) { self.limit = limit }

  public func validate() throws(InferenceError) {
    try demand(limit > 0, of: "ClipGlobalNorm", "the limit is \(limit)", "must be positive")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return []
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let norm = euclideanNorm(gradient)
    // Not `norm >= limit`: a norm that is not a number must not pass as short.
    let isShort = norm .< Tensor(limit)
    (step.gradientNorm, step.isClipped) = (norm, not(isShort))
    return select(isShort, gradient, gradient / norm * Tensor(limit))
  }
}

/// The Euclidean norm of a vector of numbers between 1e-33 and 1e274, a scalar, where plain squares overflow at 1e154.
///
/// A power of two changes no digit. A norm beyond that range is infinite, one below it loses digits.
///
/// - Reference: Blue (1978), *A portable Fortran program to find the Euclidean norm of a vector*, for the scaling.
func euclideanNorm(_ x: Tensor) -> Tensor {
  sqrt(square(x * Tensor(0x1p-400)).sum()) * Tensor(0x1p400)
}

/// A gradient whose squares are numbers: entries beyond 1e150 are shortened to it, others pass to the bit.
///
/// A running mean of squares that is infinite once stays so, and the parameter would never move again.
func squarable(_ gradient: Tensor) -> Tensor {
  minimum(maximum(gradient, -1e150), 1e150)
}

/// Each entry of a gradient is held in [-limit, limit].
public struct ClipValues: GradientTransformation {
  let limit: Double

  /// With a positive limit; `validate()` throws for another.
  public init(_ limit: Double) { self.limit = limit }

  public func validate() throws(InferenceError) {
    try demand(limit > 0, of: "ClipValues", "the limit is \(limit)", "must be positive")
  }

  public func initialState(_ parameters: ParameterVector) -> [Tensor] {
    reportInvalid()
    return []
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let clipped = minimum(maximum(gradient, Tensor(-limit)), Tensor(limit))
    step.isClipped = maximum(step.isClipped, (clipped .!= gradient).any())
    return clipped
  }
}
