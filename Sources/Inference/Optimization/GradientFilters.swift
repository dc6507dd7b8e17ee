import PPL

/// A gradient filter that sets NaN entries to 0, and counts them; infinities stay.
///
/// - Reference: Optax, `zero_nans`.
public struct ZeroNaNs: GradientTransformation {
  /// The filter, which has no settings.
  public init() {}

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let isNone = isNaN(gradient)
    step.zeroed = step.zeroed + isNone.sum()
    return select(isNone, 0, gradient)
  }
}

/// Gradient clipping by the global norm: the gradient of all parameters is scaled to a norm of at most `limit`; with an infinite
/// limit no gradient changes.
///
///     g <- (g / n) limit    where n = ||g|| >= limit
///
/// - Reference: Pascanu, Mikolov, Bengio (2013), *On the difficulty of training recurrent neural networks*, alg. 1.
public struct ClipGlobalNorm: GradientTransformation {
  let limit: Double

  /// Clipping at a positive limit; `validate()` throws for another.
  public init(_ limit: Double) { self.limit = limit }

  public func validate() throws(InferenceError) {
    try demand(limit > 0, of: "ClipGlobalNorm", "the limit is \(limit)", "must be positive")
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let norm = euclideanNorm(gradient)
    // Not `norm >= limit`: a NaN norm must not pass.
    let isShort = norm .< Tensor(limit)
    step.gradientNorm = norm
    // Without a limit there is nothing to scale by: an infinite gradient is left to the optimizer.
    guard limit < .infinity else { return gradient }
    step.isClipped = not(isShort)
    return select(isShort, gradient, gradient / norm * Tensor(limit))
  }
}

/// The Euclidean norm of a vector of numbers between 1e-33 and 1e274, a scalar, where plain squares overflow at 1e154.
///
/// The scaling by a power of two changes no digit. A norm beyond that range is infinite, one below it loses digits.
///
/// - Reference: Blue (1978), *A portable Fortran program to find the Euclidean norm of a vector*, for the scaling.
func euclideanNorm(_ x: Tensor) -> Tensor {
  sqrt(square(x * Tensor(0x1p-400)).sum()) * Tensor(0x1p400)
}

/// A gradient whose squares are finite: entries beyond 1e150 are clipped to it, others are unchanged.
///
/// An infinite running mean of squares would stay infinite, and the parameter would never change again.
func squarable(_ gradient: Tensor) -> Tensor {
  minimum(maximum(gradient, -1e150), 1e150)
}

/// Gradient clipping by value: each entry is clipped to [-limit, limit].
public struct ClipValues: GradientTransformation {
  let limit: Double

  /// Clipping at a positive limit; `validate()` throws for another.
  public init(_ limit: Double) { self.limit = limit }

  public func validate() throws(InferenceError) {
    try demand(limit > 0, of: "ClipValues", "the limit is \(limit)", "must be positive")
  }

  public func update(
    _ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep
  ) -> Tensor {
    let clipped = minimum(maximum(gradient, Tensor(-limit)), Tensor(limit))
    step.isClipped = maximum(step.isClipped, (clipped .!= gradient).any())
    return clipped
  }
}

extension GradientTransformation {
  /// The same optimizer, except that steps whose loss or gradient is not finite are skipped and counted.
  ///
  /// The records of the fit mark the skipped steps, and `SVIFit.skipped` names the sites.
  public func skippingNonFinite() -> some GradientTransformation { SkipNonFinite(base: self) }
}

/// An optimizer that leaves parameters and state as they are where loss or gradient is not finite.
private struct SkipNonFinite<Base: GradientTransformation>: GradientTransformation {
  let base: Base

  func initialState(_ parameters: ParameterVector) -> [Tensor] { base.initialState(parameters) }

  func update(_ gradient: Tensor, state: inout [Tensor], step: inout OptimizerStep) -> Tensor {
    let isUsable = isFinite(step.loss) .& isFinite(gradient).all()
    var next = state
    let change = base.change(select(isUsable, gradient, 0), state: &next, step: &step)
    state = zip(state, next).map { select(isUsable, $1, $0) }
    step.isSkipped = maximum(step.isSkipped, not(isUsable))
    return select(isUsable, change, 0)
  }

  func validate() throws(InferenceError) { try base.validate() }
}
