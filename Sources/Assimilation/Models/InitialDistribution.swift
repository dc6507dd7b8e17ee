import Autodiff
import LinearAlgebra

/// The distribution of the state before the first step.
public struct InitialDistribution: Sendable {
  /// The mean of the draws, `[n]`.
  public let mean: [Double]
  /// The function that draws states, `[count, n]`. Ensembles start from its draws.
  public let draws: @Sendable (_ count: Int, _ key: RandomKey) -> Matrix
  /// The covariance of the draws, `[n, n]`, for filters that carry one.
  public let covariance: Matrix

  /// A distribution with these moments and draws.
  public init(
    mean: [Double], covariance: Matrix,
    draws: @escaping @Sendable (_ count: Int, _ key: RandomKey) -> Matrix
  ) {
    (self.mean, self.covariance, self.draws) = (mean, covariance, draws)
  }
}

extension InitialDistribution {
  /// The normal distribution with this mean, `[n]`, and the covariance of `noise`.
  public static func normal(mean: [Double], _ noise: NormalNoise) -> InitialDistribution {
    InitialDistribution(mean: mean, covariance: noise.covariance) { count, key in
      var states = Matrix(
        rows: count, columns: mean.count, (0..<count).flatMap { _ in mean })
      noise.add(to: &states, key: key)
      return states
    }
  }

  /// The normal distribution of independent numbers with this mean, `[n]`, and one variance.
  public static func normal(mean: [Double], variance: Double) -> InitialDistribution {
    normal(mean: mean, NormalNoise(variances: mean.map { _ in variance }))
  }

  /// The distribution of a state that is known exactly: all members start from it.
  public static func known(_ state: [Double]) -> InitialDistribution {
    let n = state.count
    return InitialDistribution(mean: state, covariance: Matrix(rows: n, columns: n)) { count, _ in
      Matrix(rows: count, columns: n, (0..<count).flatMap { _ in state })
    }
  }
}
