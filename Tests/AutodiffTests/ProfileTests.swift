import Autodiff
import TestSupport
import Testing

struct ProfileTests {
  /// Two named values and the gradient of a third with respect to the input.
  private let program = Program(
    recording: { inputs in
      let (value, gradient) = valueWithGradient(
        of: { x in
          let y = exp(2 * x[0]).named("y")
          let z = tanh(y - 1).named("z")
          return square(z).sum().named("loss")
        }, at: inputs)
      return [value] + gradient
    }, on: [Tensor((0..<64).map { Double($0) / 64 })])

  private var profile: Profile { program.profile([.full(0.3, [64])], replays: 10) }

  @Test func eachInstructionHasAnEntry() {
    let profile = profile
    #expect(profile.entries.count == program.operationCount)
    #expect(profile.entries.allSatisfy { $0.seconds >= 0 && $0.seconds.isFinite })
  }

  @Test func sharesAddUpToOne() {
    let profile = profile
    for rows in [profile.byOperation(), profile.bySite()] {
      // Rounding of a sum of some ten terms.
      expectClose([rows.reduce(0) { $0 + $1.share }], [1], relative: 1e-12)
      #expect(rows.map(\.seconds) == rows.map(\.seconds).sorted(by: >))
      #expect(rows.reduce(0) { $0 + $1.calls } == program.operationCount)
    }
  }

  @Test func anInstructionCountsToTheNamedValueThatItLeadsTo() {
    let entries = profile.entries
    #expect(entries.filter { $0.operation == "exp" }.map(\.site) == ["y"])
    #expect(entries.filter { $0.operation == "tanh" }.map(\.site) == ["z"])
    #expect(Set(entries.map(\.site)) == ["y", "z", "loss"])
  }

  @Test func aProgramWithoutNamesHasNoSites() {
    let program = Program(recording: { [exp($0[0])] }, on: [1])
    let profile = program.profile([2], replays: 1)
    #expect(profile.entries.map(\.site) == [nil])
    #expect(profile.bySite().map(\.name) == ["(none)"])
  }

  @Test func theDescriptionIsATableByOperationAndOneBySite() {
    let lines = profile.description.split(separator: "\n")
    #expect(lines[0].hasPrefix("one replay: "))
    #expect(lines.contains { $0.hasPrefix("operation ") && $0.hasSuffix("share") })
    #expect(lines.contains { $0.hasPrefix("site ") && $0.hasSuffix("share") })
    #expect(lines.contains { $0.hasPrefix("exp ") && $0.hasSuffix(" %") })
    #expect(lines.contains { $0.hasPrefix("loss ") })
  }

  @Test func thereIsAtLeastOneReplay() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Program(recording: { [exp($0[0])] }, on: [1]).profile([1], replays: 0)
    }
    expectMessage("profile: replays is 0, but must be positive.", of: exit)
  }
}
