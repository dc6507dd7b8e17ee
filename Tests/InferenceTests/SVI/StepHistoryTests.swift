import Foundation
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

struct StepHistoryTests {
  /// Every 7th step is clipped, every 11th zeroed, every 13th infinite, every 17th left out.
  private func record(_ step: Int) -> StepRecord {
    var record = StepRecord(loss: step.isMultiple(of: 13) ? .infinity : Double(step))
    record.gradientNorm = 0.5 * Double(step)
    record.isClipped = step.isMultiple(of: 7)
    record.zeroed = step.isMultiple(of: 11) ? 3 : 0
    record.isSkipped = step.isMultiple(of: 17)
    return record
  }

  private func history(_ count: Int) -> StepHistory {
    StepHistory((0..<count).lazy.map(record))
  }

  @Test func allRecordsAreKeptUpToAHundredThousandSteps() {
    let history = history(100_000 - 1)
    #expect(history.records == (0..<99_999).map(record) && history.stride == 1)
    #expect(history.steps == Array(1...99_999))
  }

  @Test func aMillionStepsAreCountedExactlyAndKeptInBoundedMemory() {
    let count = 1_000_000
    let history = history(count)
    #expect(history.count == count && history.records.count <= 100_000)
    #expect(history.clipped == (count - 1) / 7 + 1 && history.zeroed == (count - 1) / 11 + 1)
    #expect(history.infinite == (count - 1) / 13 + 1 && history.skipped == (count - 1) / 17 + 1)
    let steps = history.steps
    #expect(steps.suffix(20_000) == Array((count - 19_999)...count)[...])
    #expect(steps.first == 1 && zip(steps, steps.dropFirst()).allSatisfy(<))
    #expect(zip(steps, history.records).allSatisfy { $1 == record($0 - 1) })
  }

  @Test(arguments: [0, 1, 39_999, 40_000, 100_001, 160_000, 200_000, 345_678])
  func aHistoryIsStoredAndContinuedAsIfItHadNeverStopped(count: Int) throws {
    let before = history(count)
    let stored = try JSONEncoder().encode(StoredHistory(before))
    var after = try JSONDecoder().decode(StoredHistory.self, from: stored).history
    #expect(try JSONDecoder().decode(StoredHistory.self, from: stored).complaint == nil)
    #expect(after == before)
    for step in count..<(count + 70_000) { after.append(record(step)) }
    #expect(after == history(count + 70_000))
  }

  @Test func aStoredHistoryDoesNotGrow() throws {
    // At most 100,000 records; in a row of `record` some 20 characters each.
    for count in [200_000, 1_000_000] {
      #expect(try JSONEncoder().encode(StoredHistory(history(count))).count < 30 * 100_000)
    }
  }

  /// What a fit of two steps stores, with a number too few, too many or out of its range.
  @Test(arguments: [
    (#""key": [0, 7]"#, #""key": [0, 7, 1]"#, "the key is [0.0, 7.0, 1.0], not two 32-bit words"),
    (#""key": [0, 7]"#, #""key": [0.5, 7]"#, "the key is [0.5, 7.0], not two 32-bit words"),
    (#""step": 2"#, #""step": -2"#, "the step is -2"),
    (#""loss": [4, 3]"#, #""loss": [4]"#, "the records have columns of 1, 2 and 2 numbers"),
    (#""clipped": [1]"#, #""clipped": [2]"#, "a step is named that has no record"),
    (#""skipped": []"#, #""skipped": [-1]"#, "a step is named that has no record"),
    (
      #""skipped": []"#,
      #"""
      "skipped": [], "thinned": {"count": 9, "stride": 2, "recent": 1, "clipped": 0, "zeroed": 0,
        "infinite": 0, "skipped": 0}
      """#, "the records are not those of 9 steps"
    ),
  ])
  func countsThatDoNotAgreeAreNoCheckpoint(from: String, to: String, complaint: String) throws {
    let text = """
      {"step": 2, "key": [0, 7], "names": ["a"], "parameters": [0.5, 1], "optimizer": [[2], [0.25, 0]],
       "course": {"loss": [4, 3], "gradientNorm": [0, 1], "zeroed": [0, 2], "clipped": [1], "skipped": []}}
      """
    #expect(text.contains(from))
    _ = try JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8))
    let changed = Data(text.replacingOccurrences(of: from, with: to).utf8)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Checkpoint.self, from: changed)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(complaint))
  }

  @Test func aFitIsCopiedOnTheWayAndGoneOnWith() throws {
    let test = TestModel.groups()
    let svi = SVI(
      test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
    let key = RandomKey(3)
    let whole = try svi.run(steps: 30, key: key, progress: .silent)
    var copies: [SVIFit] = []
    _ = try svi.run(
      steps: 30, from: svi.initialState(key: key), progress: .silent,
      observing: { step, record, fit in
        if step == 11 { copies.append(fit()) }
        return step < 20
      })
    let copy = try #require(copies.first)
    #expect(copy.state.step == 11 && copy.records == Array(whole.records.prefix(11)))
    let rest = try svi.run(steps: 19, from: copy.state, progress: .silent)
    #expect(rest.state.parameters == whole.state.parameters)
    #expect(copy.records + rest.records == whole.records)
  }

  @Test func anErrorOfTheObserverEndsTheFit() throws {
    struct NoDisk: Error {}
    let test = TestModel.groups()
    let svi = SVI(test.model, guide: AutoNormal(test.model), optimizer: Adam(learningRate: 0.05))
    #expect(throws: NoDisk.self) {
      _ = try svi.run(
        steps: 9, from: svi.initialState(key: RandomKey(0)), progress: .silent,
        observing: { _, _, _ in throw NoDisk() })
    }
  }
}
