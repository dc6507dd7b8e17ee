import Foundation
import Tables
import TestSupport
import Testing

@testable import Runs

struct JournalTests {
  private struct Piece: Codable, Equatable {
    let error: Double
    let spread: [Double?]
  }

  /// A division by a count of zero, or a mean over a diverged run: a result like any other, to be read as it was.
  @Test(arguments: [Double.nan, .infinity, -.infinity, .leastNonzeroMagnitude, 0.1, -0.0])
  func aResultThatIsNotFiniteIsReadBack(value: Double) throws {
    try withTemporaryFolder { folder in
      func result(resuming: Bool) throws -> Piece? {
        let journal = try Journal(in: folder, conditions: [], resuming: resuming)
        let results = try journal.results(
          of: ["only"], "pieces", pool: .serial, control: RunControl(progress: .silent)
        ) { _ in
          try #require(!resuming, "the piece was finished already")
          return Piece(error: value, spread: [1, nil, value])
        }
        return results[0]
      }
      let first = try #require(try result(resuming: false))
      let second = try #require(try result(resuming: true))
      #expect(first.error.bitPattern == value.bitPattern)
      #expect(second.error.bitPattern == value.bitPattern)
      #expect(second.spread.map { $0?.bitPattern } == first.spread.map { $0?.bitPattern })
    }
  }

  @Test func aJournalWithoutAFileEncodesNothing() throws {
    struct Unwritable: Codable {
      init() {}
      init(from decoder: any Decoder) throws { throw CocoaError(.coderReadCorrupt) }
      func encode(to encoder: any Encoder) throws { throw CocoaError(.coderInvalidValue) }
    }
    func results(in folder: URL?) throws -> [Unwritable?] {
      try Journal(in: folder, conditions: []).results(
        of: ["only"], "pieces", pool: .serial, control: RunControl(progress: .silent)
      ) { _ in Unwritable() }
    }
    #expect(try results(in: nil).compactMap(\.self).count == 1)
    try withTemporaryFolder { folder in
      #expect(throws: CocoaError.self) { try results(in: folder) }
    }
  }
}

extension JournalTests {
  /// A piece that takes hours keeps where it stands; after a kill it goes on from the last state, and from that alone.
  @Test func aLongPieceGoesOnFromTheLastStateThatWasKept() throws {
    try withTemporaryFolder { folder in
      let begun = try Journal(in: folder, conditions: [], interval: .zero)
      #expect(try begun.state(of: "long", as: [Int].self) == nil)
      for step in 1...3 { try begun.keep(stateOf: "long") { [step, -step] } }
      let url = folder.appending(path: Journal.name)
      #expect(try String(contentsOf: url, encoding: .utf8).split(separator: "\n").count == 4)
      let resumed = try Journal(in: folder, conditions: [], resuming: true)
      #expect(try resumed.state(of: "long", as: [Int].self) == [3, -3])
      #expect(try String(contentsOf: url, encoding: .utf8).split(separator: "\n").count == 2)
      let error = #expect(throws: DataError.self) {
        _ = try resumed.state(of: "long", as: String.self)
      }
      #expect(error?.found == "the piece \"long, under way\" cannot be read")
    }
  }

  @Test func aStateIsKeptOnceAnIntervalAndAtTheEnd() throws {
    try withTemporaryFolder { folder in
      let journal = try Journal(in: folder, conditions: [], interval: .seconds(3600))
      var asked = 0
      for isLast in [false, false, true, false] {
        try journal.keep(stateOf: "long", isLast: isLast) {
          asked += 1
          return asked
        }
      }
      #expect(asked == 1)
      let resumed = try Journal(in: folder, conditions: [], resuming: true)
      #expect(try resumed.state(of: "long", as: Int.self) == 1)
    }
  }
}
