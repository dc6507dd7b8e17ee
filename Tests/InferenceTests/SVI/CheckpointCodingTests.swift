import Foundation
import PPL
import TestModels
import TestSupport
import Testing

@testable import Inference

/// A fit whose losses are not all finite is stored by any coder, and no sign is lost.
struct CheckpointCodingTests {
  private let test = TestModel.groups()
  private let losses = [3.25, .infinity, -0.0, -.infinity, .nan, .leastNonzeroMagnitude, 0.1 + 0.2]

  private func checkpoint() throws -> Checkpoint {
    // The best mean of a plateau is infinite until there is one.
    let optimizer = Adam(learningRate: 0.05).then(ReduceOnPlateau(averaging: 100))
    let fit = try SVI(test.model, guide: AutoNormal(test.model), optimizer: optimizer)
      .run(steps: 3, key: RandomKey(0), progress: .silent)
    return SVI.checkpoint(fit, after: losses.map(StepRecord.init))
  }

  private func bits(_ numbers: [Double]) -> [UInt64] {
    numbers.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
  }

  private func expectSame(_ read: Checkpoint, _ stored: Checkpoint) {
    #expect(bits(read.records.map(\.loss)) == bits(stored.records.map(\.loss)))
    #expect(bits(read.parameters) == bits(stored.parameters))
    #expect(read.optimizer.map(bits) == stored.optimizer.map(bits))
    #expect(read.step == stored.step && read.key == stored.key && read.names == stored.names)
  }

  @Test func allNumbersComeBackBitForBit() throws {
    let stored = try checkpoint()
    #expect(stored.optimizer.joined().contains(.infinity))
    #expect(stored.records.count == losses.count + 3)
    let json = try JSONEncoder().encode(stored)
    expectSame(try JSONDecoder().decode(Checkpoint.self, from: json), stored)
    let list = try PropertyListEncoder().encode(stored)
    expectSame(try PropertyListDecoder().decode(Checkpoint.self, from: list), stored)
  }

  /// Coders that were told what to do with infinities read and write the same words.
  @Test func codersWithWordsOfTheirOwnReadIt() throws {
    let stored = try checkpoint()
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    expectSame(try decoder.decode(Checkpoint.self, from: try JSONEncoder().encode(stored)), stored)
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+", negativeInfinity: "-", nan: "?")
    expectSame(try JSONDecoder().decode(Checkpoint.self, from: encoder.encode(stored)), stored)
  }

  @Test func finiteNumbersAreStoredAsNumbers() throws {
    let text = """
      {"step": 2, "key": [0, 7], "names": ["a"], "parameters": [0.5, 1], "optimizer": [[2], [0.25, 0]],
       "course": {"loss": [4, 3], "gradientNorm": [0, 1], "zeroed": [0, 2], "clipped": [1], "skipped": []}}
      """
    let read = try JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8))
    #expect(read.parameters == [0.5, 1] && read.optimizer == [[2], [0.25, 0]])
    #expect(read.records.map(\.loss) == [4, 3] && read.records.map(\.isClipped) == [false, true])
    let again = try JSONSerialization.jsonObject(with: JSONEncoder().encode(read))
    let before = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(try #require(again as? NSDictionary) == #require(before as? NSDictionary))
  }

  @Test func otherWordsAreNoNumbers() throws {
    let error = try #require(throws: DecodingError.self) {
      try JSONDecoder().decode(StoredNumbers.self, from: Data(#"[1, "infinite"]"#.utf8))
    }
    #expect("\(error)".contains("\"infinite\" is neither a number nor inf, -inf, nan or -0"))
  }
}
