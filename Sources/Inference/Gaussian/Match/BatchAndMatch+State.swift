import Foundation
import LinearAlgebra
import PPL
import Parallel

extension BatchAndMatch {
  /// The state of a fit: one that continues from it has the digits of one that was not interrupted.
  public struct State: Sendable, Codable, Equatable {
    /// The coordinates z of the fit, `x = base.mean + T z`: those of the approximation at the start.
    let base: GaussianApproximation
    /// Whether the start is a mode.
    public let isAtMode: Bool
    /// The mean of z, `[n]`.
    var mean: [Double]
    /// The covariance of z.
    var covariance: MatchCovariance
    /// The number of iterations made.
    public internal(set) var iteration = 0
    /// The number of gradients evaluated.
    public internal(set) var gradients = 0
    /// The number of draws that were left out, since their log density or score was not finite.
    public internal(set) var skipped = 0
    /// The number of iterations that were left out, since their numbers were not finite.
    public internal(set) var rejected = 0
    /// Whether the changes that batches ask for are noise around 0, so that their weights fall.
    var isSettled = false
    /// The changes that the latest batches ask for.
    var innovations = Innovations()

    init(_ start: GaussianApproximation, isMode: Bool, rank: Int?) throws {
      isAtMode = isMode
      mean = Array(repeating: 0, count: start.count)
      guard let rank else {
        base = start
        var unit = Matrix(rows: start.count, columns: start.count)
        unit.addToDiagonal(Array(repeating: 1, count: start.count))
        covariance = .dense(factor: unit)
        return
      }
      base = GaussianApproximation(
        mean: start.mean, factor: FactoredCovariance(variances: start.factor.variances))
      guard let covariance = MatchCovariance(start, rank: rank) else {
        throw InferenceError.notAMode
      }
      self.covariance = covariance
    }
  }
}

extension BatchAndMatch {
  /// Makes one iteration.
  func step(
    _ state: inout State, _ density: LogDensity, _ key: RandomKey, _ pool: WorkPool
  ) throws {
    let size = batchSize(count: density.count)
    let batch = try ScoreBatch(
      size, mean: state.mean, covariance: state.covariance, base: state.base, of: density,
      key: key.foldIn(UInt32(state.iteration)), pool: pool)
    state.gradients += size
    state.skipped += batch.skipped
    guard batch.draws.rows > 0 else {
      throw InferenceError.noScores(iteration: state.iteration + 1)
    }
    let rate = rate(state, batch: size)
    state.iteration += 1
    guard batch.draws.rows > 1, let next = matched(state, batch, rate: rate) else {
      state.rejected += 1
      return
    }
    state.innovations.append(
      from: (state.mean, state.covariance.diagonal), to: (next.mean, next.covariance.diagonal),
      weight: rate / (1 + rate))
    (state.mean, state.covariance) = next
    if !state.isSettled, state.innovations.count.isMultiple(of: Innovations.blockSize) {
      // Within a tenth of a standard deviation the falling weights do the rest.
      state.isSettled = state.convergence?.isReached(drift: 0.1) == true
      state.innovations = Innovations()
    }
  }

  /// The rate λ of an iteration, whose batch has the weight λ / (1 + λ).
  ///
  /// Large at first, so that a start far from the posterior is left at once.
  private func rate(_ state: State, batch: Int) -> Double {
    if state.isSettled { return Self.decay / Double(state.innovations.count + 1) }
    // One batch with more draws than values determines a normal posterior.
    if state.iteration == 0, batch > state.mean.count + 1 { return 1e6 }
    return max(Self.decay, Double(batch * state.mean.count) / Double(state.iteration + 1))
  }

  /// The mean and covariance that match the scores of a batch, as far as the rate λ lets them leave those of the state.
  ///
  /// - Returns: Nil where a number is not finite.
  /// - Reference: Cai et al. (2024), alg. 1, lines 5 to 10.
  private func matched(
    _ state: State, _ batch: ScoreBatch, rate: Double
  ) -> (mean: [Double], covariance: MatchCovariance)? {
    let rows = MatchingRows(batch, mean: state.mean, rate: rate)
    let (meanDraw, meanScore) = batch.means
    let shift: [Double]
    let covariance: MatchCovariance
    switch state.covariance {
    case .dense(let factor):
      guard let next = MatchCovariance.matched(rows, from: factor) else { return nil }
      shift = next.multiplied(by: next.transposeMultiplied(by: meanScore))
      covariance = .dense(factor: next)
    case .lowRank(let factors, let variances):
      guard let next = ImplicitCovariance.matched(rows, from: factors, variances),
        let (factors, variances) = next.patched(from: factors, variances, iterations: 50)
      else { return nil }
      shift = next.applied(to: Matrix(rows: 1, columns: meanScore.count, meanScore)).scalars
      covariance = .lowRank(factors: factors, variances: variances)
    }
    let weight = rate / (1 + rate)
    let mean = state.mean.indices.map {
      (1 - weight) * state.mean[$0] + weight * (shift[$0] + meanDraw[$0])
    }
    return mean.allSatisfy(\.isFinite) ? (mean, covariance) : nil
  }
}
