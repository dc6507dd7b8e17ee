import PPL

/// No filter at all: always the mean of the climate.
public struct ClimatologyFilter: Filter {
  /// The mean and covariance that it always gives.
  public let climatology: Climatology

  /// The filter of this climate.
  public init(_ climatology: Climatology) { self.climatology = climatology }

  public var name: String { "Climatology" }

  public func start(_ initial: InitialLaw, key: RandomKey) throws -> FilterState {
    FilterState(estimate: climatology.mean, covariance: climatology.covariance)
  }

  public func forecast(
    _ state: inout FilterState, with model: any DynamicalModel, to step: Int, key: RandomKey
  ) throws {
    state.step = max(step, state.step)
  }

  public func analyse(
    _ state: inout FilterState, _ observations: Observations, key: RandomKey
  ) throws {}

  public func variances(of state: FilterState) -> [Double]? { state.covariance?.diagonal }
}
