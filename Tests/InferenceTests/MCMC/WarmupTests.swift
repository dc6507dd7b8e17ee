import Distributions
import PPL
import TestSupport
import Testing

@testable import Inference

/// The schedule of a warm-up, and short ones.
struct WarmupTests {
  @Test(arguments: [
    (1000, [20, 50, 95, 162, 262, 412, 900]), (100, [20, 90]), (60, [20, 50]), (40, [30]),
    (20, [15]),
  ])
  func theLastTransitionsAdaptTheStepSizeAlone(count: Int, ends: [Int]) {
    let schedule = WarmupSchedule(count)
    #expect(schedule.ends == ends)
    // A single window begins once the chain has found the posterior.
    #expect(schedule.start == (ends.count == 1 ? count * 15 / 100 : 0))
  }

  @Test(arguments: 0..<20)
  func aWarmupOfFewerThanTwentyAdaptsTheStepSizeAlone(count: Int) {
    #expect(WarmupSchedule(count).ends == [])
  }

  /// Draws and gradients that hardly differ in most of their directions, whose estimate is all rounding.
  @Test func aMassMatrixIsPositive() throws {
    for seed in 0..<20 {
      let key = RandomKey(UInt64(seed))
      var window = WindowDraws(count: 76)
      let wide = key.foldIn(0).normal([5, 76])
      for draw in 0..<30 {
        let keys = key.foldIn(1).foldIn(UInt32(draw)).split(3)
        let x = matmul(keys[0].normal([1, 5]), wide).reshaped(to: [76])
        window.append(
          (x + 1e-4 * keys[1].normal([76])).scalars, (-x + 1e-4 * keys[2].normal([76])).scalars)
      }
      let estimate = try #require(window.estimate(.lowRank))
      var velocity = Array(repeating: 0.0, count: 76)
      for place in 0..<76 {
        var momentum = Array(repeating: 0.0, count: 76)
        momentum[place] = 1
        estimate.apply(momentum, &velocity)
        #expect(velocity.allSatisfy { $0.isFinite } && velocity[place] > 1e-6)
      }
    }
  }

  /// Chains of 30 draws after 40 transitions: with 1,000 warm-up transitions, 120 draws have an effective size of some 200.
  @Test func shortChainsMove() throws {
    let normal = Model<Void> { p in
      let scales = exp(0.05 * (Tensor((0..<50).map(Double.init)) - 25))
      _ = p.sample("x", Normal(.zeros([50]), scales).toEvent(1))
    }
    for seed in 0..<5 {
      let run = try MCMC(NUTS(), chains: 4, warmup: 40, draws: 30).run(
        normal, key: RandomKey(UInt64(seed)), progress: .silent)
      let x = run.unconstrained
      for chain in 0..<4 {
        let moves = (1..<30).count {
          x[.at(30 * chain + $0)].scalars != x[.at(30 * chain + $0 - 1)].scalars
        }
        #expect(moves >= 20, "seed \(seed), chain \(chain): \(moves) moves")
      }
      let posterior = try run.posterior()
      #expect(SamplingDiagnosis(posterior).bulkESS.value > 60, "seed \(seed)")
    }
  }
}
