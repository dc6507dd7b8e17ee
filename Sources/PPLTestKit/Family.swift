import PPL
import Testing

/// One family of distributions, as a row of a table that runs through `expectDistribution(_:)`.
public struct Family: Sendable, CustomTestStringConvertible {
  /// The name of the family, which messages show.
  public let name: String
  /// Parameters that broadcast to a batch.
  public let parameters: [Tensor]
  /// Parameters that break a constraint, with the name of the one that does.
  public let invalid: [(parameter: String, values: [Tensor])]
  /// Whether the fourth moment is finite, so that the variance of draws settles down.
  public let hasFourthMoment: Bool
  /// Whether parameters broadcast to the batch; those of a mixture have an axis of components.
  public let sharesBatch: Bool
  /// The way that a draw depends on the parameters.
  public let draws: DrawGradient
  /// The way that a value may move without leaving the support, for finite differences.
  public let moving: @Sendable (Tensor) -> Tensor
  /// Whether `moving` was given.
  let hasOwnMoves: Bool
  /// The distribution with these parameters, in the order of `parameters`.
  public let make: @Sendable ([Tensor]) -> any Distribution

  /// A row of a table.
  ///
  /// - Parameters:
  ///   - name: The name of the family, which messages show.
  ///   - parameters: Parameters that broadcast to a batch.
  ///   - invalid: For each constraint the name of the parameter with values that break it.
  ///   - hasFourthMoment: Whether the fourth moment is finite, so that the variance of draws is compared.
  ///   - sharesBatch: Whether parameters broadcast to the batch.
  ///   - draws: The way that a draw depends on the parameters.
  ///   - moving: A map of the real numbers that keeps a value in the support, for finite differences.
  ///   - make: The distribution with given parameters.
  public init(
    _ name: String, _ parameters: [Tensor], invalid: [(parameter: String, values: [Tensor])],
    hasFourthMoment: Bool = true, sharesBatch: Bool = true,
    draws: DrawGradient = .alongPath,
    moving: (@Sendable (Tensor) -> Tensor)? = nil,
    make: @escaping @Sendable ([Tensor]) -> any Distribution
  ) {
    (self.name, self.parameters, self.invalid) = (name, parameters, invalid)
    (self.hasFourthMoment, self.sharesBatch, self.draws) = (hasFourthMoment, sharesBatch, draws)
    (self.moving, hasOwnMoves, self.make) = (moving ?? { $0 }, moving != nil, make)
  }

  /// The way that a draw moves with the parameters.
  public enum DrawGradient: Sendable {
    /// Movement by the sampler, its key held.
    case alongPath
    /// Movement by the quantile function, its probability held.
    case byQuantile
    /// Right gradients of expectations, by parts that have quantiles of their own.
    case inExpectation
    /// No movement, or one of some parts.
    case none
  }

  /// The name of the family.
  public var testDescription: String { name }
}
