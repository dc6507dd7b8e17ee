import Distributions
import PPL
import Parallel
import TestSupport
import Testing

@testable import Inference

/// A minibatch in several parts.
struct ShardsTests {
  private static let x = RandomKey(1).normal([60, 3])
  private static let y = matmul(x, [1, -2, 0.5]) + 0.3 * RandomKey(2).normal([60])

  /// Two plates of other sizes; nothing inside them is drawn.
  private static let regression = Model<Void> { p in
    let intercept = p.sample("intercept", Normal(0, 5))
    let slopes = p.sample("slopes", Normal(.zeros([3]), 5).toEvent(1))
    p.plate("row", 60, subsampleSize: 24) { p, rows in
      let mean = intercept + matmul(rows.taken(from: x), slopes)
      _ = p.sample("y", Normal(mean, 0.3), observed: rows.taken(from: y))
    }
    p.plate("second", 60, subsampleSize: 12) { p, rows in
      _ = p.sample("z", Normal(intercept, 1), observed: rows.taken(from: y))
    }
  }

  /// A value for each row.
  private static let local = Model<Void> { p in
    let scale = p.sample("scale", LogNormal(0, 1))
    p.plate("row", 60, subsampleSize: 12) { p, rows in
      let z = p.sample("z", Normal(0, scale))
      _ = p.sample("y", Normal(z, 0.5), observed: rows.taken(from: y))
    }
  }

  private func fit(
    _ model: Model<Void>, _ loss: TraceELBO, steps: Int = 30
  ) throws -> SVIFit {
    try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.03), loss: loss)
      .run(steps: steps, key: RandomKey(7), progress: .silent)
  }

  @Test(arguments: [1, 2, 3, 4, 6, 12])
  func aFitInShardsIsTheUndividedOne(shards: Int) throws {
    let whole = try fit(Self.regression, TraceELBO())
    let parts = try fit(Self.regression, TraceELBO(shards: shards))
    // Losses of order 1000 and their gradients, summed in another order over 30 steps.
    expectClose(parts.losses, whole.losses, relative: 1e-11)
    expectClose(
      parts.state.parameters, whole.state.parameters, relative: 1e-9, absolute: 1e-10)
  }

  @Test(arguments: [1, 3], [2, 3, 4])
  func shardsHaveTheSameDigitsOnAnyNumberOfThreads(particles: Int, shards: Int) throws {
    for model in [Self.regression, Self.local] {
      let one = try fit(model, TraceELBO(particles: particles, shards: shards))
      for threads in [2, 8] {
        let loss = TraceELBO(particles: particles, shards: shards, pool: WorkPool(threads: threads))
        let several = try fit(model, loss)
        #expect(several.losses == one.losses)
        #expect(several.state.parameters == one.state.parameters)
      }
    }
  }

  @Test func theRowsOfAPlateAreSharedOut() throws {
    let guide = try AutoNormal(Self.regression).prepared(key: RandomKey(0)).model
    let loss = TraceELBO(particles: 2, shards: 4)
    let start = try guide.seeded(by: RandomKey(0)).trace().values
    let layout = try loss.seedLayout(Self.regression, guide, parameters: start)
    let key = RandomKey(3)
    let seeds = concatenate(
      try key.split(2).map {
        try loss.seeds(Self.regression, guide, parameters: start, key: $0, in: layout)
      })
    #expect(seeds.shape == [8, 4 + 6 + 3])
    for particle in 0..<2 {
      let own = seeds[.range(4 * particle..<4 * particle + 4)]
      for (columns, used) in [(4..<10, 24), (10..<13, 12)] {
        let rows = own[.all, .range(columns)].scalars
        #expect(Set(rows).count == used && rows.allSatisfy { (0..<60).contains($0) })
      }
    }
  }

  @Test func drawsInsideThePlateDifferBetweenShards() throws {
    let guide = try AutoNormal(Self.local).prepared(key: RandomKey(0)).model
    let key = RandomKey(5)
    let values = try (0..<2).map { shard in
      let rows = Tensor((0..<6).map { Double($0 + 6 * shard) })
      let handler = Shard(rows: ["row": rows], key: RandomKey(UInt64(shard)))
      let parameters: [String: Tensor] = [
        "z_auto_loc": .zeros([60]), "z_auto_scale": .ones([60]),
      ]
      return try guide.seeded(by: key).substituting(parameters).under(handler).trace().values
    }
    #expect(values[0]["scale"]?.scalars == values[1]["scale"]?.scalars)
    let (a, b) = (try #require(values[0]["z"]), try #require(values[1]["z"]))
    #expect(a.shape == [6] && zip(a.scalars, b.scalars).allSatisfy { $0 != $1 })
  }

  @Test func valuesOfARowAreFittedInShards() throws {
    let model = Model<Void> { p in
      p.plate("row", 12, subsampleSize: 4) { p, rows in
        let z = p.sample("z", Normal(0, 1))
        _ = p.sample("y", Normal(z, 0.5), observed: rows.taken(from: Self.y[.range(0..<12)]))
      }
    }
    let fit = try SVI(
      model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.02),
      loss: TraceELBO(particles: 4, shards: 2)
    ).run(steps: 2_000, key: RandomKey(1), progress: .silent)
    // z given y is Normal(0.8 y, sqrt(0.2)); half a posterior deviation, the noise of Adam at this rate.
    let loc = try #require(fit.parameters["z_auto_loc"])
    expectClose(loc, 0.8 * Self.y[.range(0..<12)], relative: 0, absolute: 0.5 * 0.2.squareRoot())
  }

  @Test func aModelThatReadsAValueHasTheSameShards() throws {
    let reading = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      let sign: Tensor = mean.scalar < 0 ? -1 : 1
      p.plate("row", 60, subsampleSize: 12) { p, rows in
        _ = p.sample("y", Normal(mean + 0 * sign, 1), observed: rows.taken(from: Self.y))
      }
    }
    let (whole, parts) = (
      try fit(reading, TraceELBO(), steps: 5), try fit(reading, TraceELBO(shards: 3), steps: 5)
    )
    #expect(!parts.reads.isEmpty)
    // Another order of the sums.
    expectClose(parts.losses, whole.losses, relative: 1e-12)
  }

  @Test func whatCannotBeSharedIsRefused() throws {
    #expect(throws: InferenceError.shards(5, plate: "row", rows: 24)) {
      try fit(Self.regression, TraceELBO(shards: 5))
    }
    #expect(throws: InferenceError.shards(2, plate: nil, rows: 0)) {
      try fit(Model { p in _ = p.sample("x", Normal(0, 1)) }, TraceELBO(shards: 2))
    }
    #expect(
      InferenceError.shards(5, plate: "row", rows: 24).description
        == "plate \"row\": 24 rows do not divide into 5 shards of one size.")
    #expect(
      InferenceError.shards(2, plate: nil, rows: 0).description
        == "shards is 2, but no plate is subsampled; give one a subsampleSize, or leave shards at 1."
    )
  }

  @Test func thereIsAtLeastOneShard() {
    expectError("TraceELBO: shards is 0, but must be positive.") {
      try TraceELBO(shards: 0).validate()
    }
  }
}
