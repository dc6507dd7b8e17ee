import Autodiff
import LinearAlgebra

/// The free run: the model on its own from the mean of the initial distribution, without observations and model errors.
public struct FreeRun: Filter {
  /// A free run, which has no settings.
  public init() {}

  public var name: String { "Free run" }

  public func start(_ initial: InitialDistribution, key: RandomKey) throws -> FilterState {
    FilterState(estimate: initial.mean)
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    guard step > state.step else { return }
    try state.advanceEstimate(with: model, to: step)
  }

  @discardableResult
  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws -> Innovations? { nil }
}
