import PPL

/// The compiled log density of a model, a function of one unconstrained vector `[n]`, for optimizers and samplers.
///
///     let density = try LogDensity(posterior)
///     let evaluator = density.evaluator()  // one for each thread
///     var gradient = Array(repeating: 0.0, count: density.count)
///     let value = try evaluator.value(at: x, gradient: &gradient)
///
/// The function is that of `LogJoint`, with the Jacobians of the maps onto the supports. It is recorded once; a model whose
/// control flow reads values, listed in `reads`, is recorded again at each point.
public struct LogDensity: Sendable {
  /// The density by the names of the sites.
  public let logJoint: LogJoint
  /// The order of the sites in the vector.
  public let vector: LatentVector
  /// The number of unconstrained values n.
  public var count: Int { vector.count }
  /// The descriptions of values that the model's control flow read; empty for a density that is replayed.
  public var reads: [String] { function.reads }

  private var function: RecordedGradient

  /// The density of a model, recorded.
  ///
  /// - Parameters:
  ///   - model: A model with its data.
  ///   - key: The key that `LogJoint` takes.
  /// - Throws: As `LogJoint`; `InferenceError.expression` for invalid tensor expressions.
  public init(_ model: Model<some Sendable>, key: RandomKey = RandomKey(0)) throws {
    try self.init(LogJoint(model, key: key))
  }

  /// A density by name, recorded.
  ///
  /// - Parameters:
  ///   - logJoint: The density by the names of the sites.
  ///   - point: The vector `[n]` at which the model is recorded; zeros if not given.
  /// - Throws: `ModelError` from the run; `InferenceError.expression` for invalid tensor expressions.
  public init(_ logJoint: LogJoint, at point: [Double]? = nil) throws {
    let vector = LatentVector(logJoint.sites)
    (self.logJoint, self.vector) = (logJoint, vector)
    function = try RecordedGradient(
      at: point ?? Array(repeating: 0, count: vector.count)
    ) { x in
      // With respect to each site, since the gradient of a part of a vector has as many numbers as the vector.
      let (value, gradient) = try Autodiff.valueWithGradient(
        of: { values in
          try logJoint(
            Dictionary(uniqueKeysWithValues: zip(logJoint.sites.map(\.name), values)))
        }, at: vector.split(x).map(\.value))
      return (value, flattened(gradient))
    }
  }

  /// The same density for work that can be interrupted: evaluations, and products with the Hessian in a search for the mode,
  /// throw `CancellationError` from when `isInterrupted` is true.
  ///
  ///     try GaussianApproximation.atMode(of: density.interruptible { clock.isOver })
  ///
  /// - Parameter isInterrupted: Asked before each evaluation, by any thread.
  public func interruptible(by isInterrupted: @escaping @Sendable () -> Bool) -> LogDensity {
    var density = self
    density.function.isInterrupted = isInterrupted
    return density
  }

  /// Throws `CancellationError` if the user has interrupted.
  func checkInterruption() throws { try function.checkInterruption() }

  /// The memory for evaluations of value and gradient by one thread.
  public func evaluator() -> GradientEvaluator { GradientEvaluator(function) }

  /// The log density, a scalar, and its gradient by site at unconstrained values by name.
  ///
  /// - Throws: `InferenceError.missingValue` for a site without a value; what the model throws, if it is recorded again.
  /// - Complexity: One replay in new memory; an `evaluator()` reuses it.
  public func valueWithGradient(
    at unconstrained: [String: Tensor]
  ) throws -> (value: Tensor, gradient: [String: Tensor]) {
    if let missing = vector.sites.first(where: { unconstrained[$0.name] == nil }) {
      throw InferenceError.missingValue(missing.name)
    }
    var gradient = Array(repeating: 0.0, count: count)
    let value = try evaluator().value(
      at: vector.flat(unconstrained).scalars, gradient: &gradient)
    return (Tensor(value), vector.named(Tensor(gradient)))
  }

  /// The memory for products of the Hessian with vectors by one thread, for guides and samplers.
  ///
  /// Where no compiled density is needed, `HessianProduct(_:at:)` records the products alone.
  ///
  /// - Parameter point: The vector `[n]` at which the Hessian is taken.
  /// - Throws: As `init(_:at:)`.
  public func hessianProduct(at point: [Double]) throws -> HessianProduct {
    try HessianProduct(logJoint, at: point)
  }
}
