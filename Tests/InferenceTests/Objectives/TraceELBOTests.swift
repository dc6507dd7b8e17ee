import Distributions
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

struct TraceELBOTests {
  private static let model = Model<Void> { p in
    let mu = p.sample("mu", Normal(0, 1))
    p.sample("y", Normal(mu, 2), observed: 0.5)
  }
  private static let guide = Model<Void> { p in
    let loc = p.parameter("loc", initially: 0)
    let scale = p.parameter("scale", initially: 1, in: .positive)
    p.sample("mu", Normal(loc, scale))
  }
  private let parameters: [String: Tensor] = ["loc": 0.3, "scale": 0.7]

  private func loss(_ key: RandomKey) throws -> Double {
    try TraceELBO()(Self.model, Self.guide, parameters: parameters, key: key).scalar
  }

  @Test func theLossIsTheLogDensityOfTheGuideMinusThatOfTheModel() throws {
    let key = RandomKey(4)
    let guideKey = key.split().1
    let noise = guideKey.split().1.normal().scalar
    let mu = 0.3 + 0.7 * noise
    func logNormal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
      let z = (x - mean) / deviation
      return -0.5 * z * z - log(Tensor(deviation)).scalar - 0.5 * log(Tensor(2 * .pi)).scalar
    }
    let expected = logNormal(mu, 0.3, 0.7) - logNormal(mu, 0, 1) - logNormal(0.5, mu, 2)
    expectClose([try loss(key)], [expected], relative: 1e-13)
  }

  @Test func severalParticlesAreTheMeanOfSingleOnes() throws {
    let svi = SVI(
      Self.model, guide: Self.guide, optimizer: Adam(learningRate: 0.1),
      loss: TraceELBO(particles: 5))
    let state = try svi.initialState(key: RandomKey(8))
    let single = try state.key.split().1.split(5).map { key in
      try TraceELBO()(
        Self.model, Self.guide, parameters: ["loc": 0, "scale": 1], key: key
      ).scalar
    }
    let mean = single.reduce(0, +) / 5
    let fit = try svi.run(steps: 1, from: state, progress: .silent)
    // The order of the sum.
    expectClose(fit.losses, [mean], relative: 1e-14)
  }

  @Test(arguments: [1, 2, 3, 7, 8])
  func particlesHaveTheSameDigitsOnAnyNumberOfThreads(particles: Int) throws {
    func fit(_ pool: WorkPool) throws -> SVIFit {
      try SVI(
        Self.model, guide: Self.guide, optimizer: Adam(learningRate: 0.1),
        loss: TraceELBO(particles: particles, pool: pool)
      ).run(steps: 40, key: RandomKey(3), progress: .silent)
    }
    let one = try fit(.serial)
    for threads in [2, 8] {
      let several = try fit(WorkPool(threads: threads))
      #expect(several.losses == one.losses)
      #expect(several.state.parameters == one.state.parameters)
    }
  }

  @Test func theLossAtTheExactPosteriorIsMinusTheLogEvidence() throws {
    // y ~ Normal(0, sqrt(5)); the posterior is Normal(0.1, sqrt(0.8)).
    let exact: [String: Tensor] = ["loc": 0.1, "scale": Tensor(0.8.squareRoot())]
    let evidence = Normal(0, Tensor(5.squareRoot())).logProb(0.5).scalar
    for seed in 0..<5 {
      let loss = try TraceELBO()(
        Self.model, Self.guide, parameters: exact, key: RandomKey(UInt64(seed)))
      // The same for every draw, but for rounding.
      expectClose([loss.scalar], [-evidence], relative: 1e-13)
    }
  }

  @Test func aMinibatchGivesAnUnbiasedLoss() throws {
    let y = Tensor((0..<12).map { Double($0) / 4 - 1 })
    func model(_ subsample: Int?) -> Model<Void> {
      Model { p in
        let mu = p.sample("mu", Normal(0, 1))
        p.plate("row", 12, subsampleSize: subsample) { p, rows in
          let z = p.sample("z", Normal(mu, 1))
          _ = p.sample("y", Normal(z, 0.5), observed: rows.taken(from: y))
        }
      }
    }
    func losses(_ subsample: Int?) throws -> [Double] {
      let model = model(subsample)
      let guide = try AutoNormal(model).prepared(key: RandomKey(0)).model
      let parameters: [String: Tensor] = [
        "mu_auto_loc": 0.2, "mu_auto_scale": 0.3, "z_auto_loc": 0.5 * y,
        "z_auto_scale": .full(0.4, [12]),
      ]
      let program = try Program(
        recording: { inputs in
          let key = RandomKey(words: inputs[0])
          return [try TraceELBO()(model, guide, parameters: parameters, key: key)]
        }, on: [RandomKey(0).words])
      #expect(program.isReplayable)
      return RandomKey(17).split(4000).map { program([$0.words])[0].scalar }
    }
    func summary(_ values: [Double]) -> (mean: Double, error: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return (mean, (variance / Double(values.count)).squareRoot())
    }
    let (whole, part) = (summary(try losses(nil)), summary(try losses(4)))
    #expect(part.error > whole.error)
    // Five standard errors of the difference.
    let error = (whole.error * whole.error + part.error * part.error).squareRoot()
    #expect(abs(whole.mean - part.mean) < 5 * error)
  }

  @Test func thereIsAtLeastOneParticle() {
    expectError("TraceELBO: particles is 0, but must be positive.") {
      try TraceELBO(particles: 0).validate()
    }
  }
}
