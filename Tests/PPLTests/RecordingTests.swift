import PPL
import Testing

/// A model runs the same when its tensors are recorded, and the recording can be replayed.
@Suite struct RecordingTests {
  private let data = Tensor.arange(6)

  private var model: Model<Void> {
    Model { [data] p in
      let center = p.sample("center", Gaussian(0, 1))
      let deviation = p.parameter("deviation", initially: 1, in: .positive)
      p.plate("n", 6, subsampleSize: 3) { p, rows in
        let shift = p.sample("shift", Gaussian(center, deviation))
        p.sample("y", Gaussian(shift, 1), observed: rows.taken(from: data))
      }
      p.sample(
        "z", Gaussian(center, .ones([2])), observed: Tensor([1, .nan]), mask: Tensor([1, 0]))
      p.factor("f", -square(center))
    }
  }

  /// The log density at a deviation, with all draws made from a key.
  private func logDensity(_ words: Tensor, _ deviation: Tensor) throws -> Tensor {
    try model.substituting(["deviation": deviation]).seeded(by: RandomKey(words: words)).trace()
      .logDensity()
  }

  @Test func aReplayWithAnotherKeyIsAnotherRun() throws {
    let program = try Program(
      recording: { inputs in [try logDensity(inputs[0], inputs[1])] },
      on: [RandomKey(1).words, 2])
    #expect(program.isReplayable, "read: \(program.reads)")
    for (seed, deviation) in [(1, 2.0), (7, 0.5), (8, 3.0)] {
      let words = RandomKey(UInt64(seed)).words
      let replayed = program([words, Tensor(deviation)])[0]
      // The same operations in the same order, but for fusion.
      expectClose(replayed, try logDensity(words, Tensor(deviation)), tolerance: 1e-13)
    }
  }

  @Test func nothingIsCheckedInAReplay() throws {
    let program = try Program(
      recording: { inputs in [try logDensity(inputs[0], inputs[1])] },
      on: [RandomKey(1).words, 2])
    // A scale that has gone wrong is a value in the result, not a trap.
    #expect(program([RandomKey(1).words, -1])[0].scalar.isNaN)
  }

  @Test func transformsAreReplayable() throws {
    let supports: [Support] = [
      .positive, .unitInterval, .interval(-1, 2), .simplex, .orderedVector, .l1Ball, .zeroSum(),
      .lowerCholesky, .correlationCholesky, .positiveDefinite,
    ]
    for support in supports {
      let transform = biject(to: support)
      func both(_ x: Tensor) -> [Tensor] {
        let y = transform(x)
        return [y, transform.inverse(y), transform.logAbsDetJacobian(x, y)]
      }
      let program = Program(recording: { both($0[0]) }, on: [.zeros([3])])
      #expect(program.isReplayable, "\(support)")
      let x = Tensor([0.3, -0.4, 0.2])
      // Rounding through the inverse.
      for (a, b) in zip(program([x]), both(x)) { expectClose(a, b, tolerance: 1e-12, "\(support)") }
    }
  }
}
