import Foundation
import TestSupport
import Testing

@testable import Plugins

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
          of: ["only"], "pieces", threads: .one, control: RunControl(progress: .silent)
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
        of: ["only"], "pieces", threads: .one, control: RunControl(progress: .silent)
      ) { _ in Unwritable() }
    }
    #expect(try results(in: nil).compactMap(\.self).count == 1)
    try withTemporaryFolder { folder in
      #expect(throws: CocoaError.self) { try results(in: folder) }
    }
  }
}
