import Distributions
import Inference
import PPL
import Synchronization
import TestSupport
import Testing

/// A tensor that a model keeps from one run and uses in another.
@Suite struct TensorsOfAnotherRunTests {
  /// Where a model puts a tensor that it should not keep.
  private final class Shelf: Sendable {
    let tensor = Mutex<Tensor?>(nil)
    /// Puts a tensor there, and gives what was there before, or the tensor itself.
    func exchange(_ new: Tensor) -> Tensor {
      tensor.withLock { kept in
        defer { kept = new }
        return kept ?? new
      }
    }
  }

  @Test func aTensorKeptFromAnotherRunIsThrownWithItsSentence() {
    let shelf = Shelf()
    let model = Model<Void> { p in
      let z = p.sample("z", Normal(0, 1))
      let before = shelf.exchange(z)
      p.sample("x", Normal(z + before, 1), observed: 1)
    }
    let expected =
      "before or in the statement of \"x\": A tensor of a recording is used after its end: it was "
      + "kept from another run of the recorded function; keep its numbers (scalars), or return it."
    expectError(expected) {
      // A run that looks for a start keeps a tensor of its recording, which the next run meets.
      _ = try SVI(model, guide: AutoNormal(model), optimizer: SGD(learningRate: 0.01))
        .run(steps: 2, key: RandomKey(0))
    }
  }

  @Test func aTensorThatOutlivesItsRecordingIsThrownByAModelThatUsesIt() {
    let shelf = Shelf()
    _ = Program(
      recording: { [exp(shelf.exchange($0[0]))] }, on: [Tensor([1, 2])])
    let model = Model<Void> { p in
      p.sample("x", Normal(shelf.exchange(0) + 1, 1), observed: .zeros([2]))
    }
    expectError(
      "before or in the statement of \"x\": A tensor of a recording is used after its end: it was "
        + "kept from another run of the recorded function; keep its numbers (scalars), or return it."
    ) { _ = try model.trace() }
  }

  @Test func outsideAModelATensorThatOutlivesItsRecordingIsATrapWithASentence() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let shelf = Shelf()
      _ = Program(recording: { [shelf.exchange($0[0]) * 2] }, on: [Tensor([1, 2])])
      _ = shelf.exchange(0).scalars
    }
    expectMessage("A tensor of a recording is used after its end", of: exit)
  }
}
