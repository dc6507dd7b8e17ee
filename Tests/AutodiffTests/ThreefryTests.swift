import Foundation
import Testing

@testable import Autodiff

/// Threefry against the digits of JAX 0.10 (`Tests/Reference/prng.json`).
struct ThreefryTests {
  let golden: Golden

  init() throws {
    golden = try Golden.load()
  }

  @Test func theBlockFunctionIsThreefry2x32() {
    #expect(!golden.blocks.isEmpty)
    for block in golden.blocks {
      let out = Threefry(key: (block.key[0], block.key[1])).block(
        block.counter[0], block.counter[1])
      #expect([out.0, out.1] == block.out)
    }
  }

  @Test func aSeedFillsBothWordsOfTheKey() {
    #expect(golden.seeds.count == 5)
    for (seed, expected) in golden.seeds {
      #expect(words(Threefry(seed: seed)) == expected.key)
    }
  }

  @Test func splittingGivesTheSameChildrenHoweverMany() {
    for (seed, expected) in golden.seeds {
      let key = Threefry(seed: seed)
      for (_, children) in expected.draws.split {
        #expect(children == children.indices.map { words(key.child(UInt64($0))) })
      }
    }
  }

  @Test func splittingInAChainGivesTheKeysOfJAX() {
    for (seed, expected) in golden.seeds {
      var key = Threefry(seed: seed)
      for link in expected.draws.split_chain_key_sub {
        #expect(words(key.child(1)) == link.sub)
        key = key.child(0)
        #expect(words(key) == link.key)
      }
    }
  }

  @Test func foldingInGivesTheKeysOfJAX() throws {
    for (seed, expected) in golden.seeds {
      for (data, folded) in expected.draws.fold_in {
        #expect(words(Threefry(seed: seed).foldIn(try #require(UInt32(data)))) == folded)
      }
    }
  }

  @Test func wordsAreThoseOfJAX() {
    for (seed, expected) in golden.seeds {
      let key = Threefry(seed: seed)
      for (_, bits) in expected.draws.bits_uint32 {
        #expect(bits == bits.indices.map { key.bits32(UInt64($0)) })
      }
      for (_, bits) in expected.draws.bits_uint64_hex {
        #expect(
          bits.map { UInt64($0.dropFirst(2), radix: 16) }
            == bits.indices.map { key.bits64(UInt64($0)) })
      }
    }
  }

  @Test func uniformsAreBitForBitThoseOfJAX() {
    for (seed, expected) in golden.seeds {
      let key = RandomKey(seed)
      for (_, values) in expected.draws.uniform_float64 {
        #expect(values == key.uniform([values.count]).scalars)
      }
      for (_, values) in expected.draws.uniform_float64_minus2_2 {
        #expect(values == key.uniform([values.count], in: -2..<2).scalars)
      }
    }
  }

  @Test func normalsAreThoseOfJAX() {
    for (seed, expected) in golden.seeds {
      let key = RandomKey(seed)
      for (_, values) in expected.draws.normal_float64 {
        let draws = key.normal([values.count]).scalars
        for (draw, value) in zip(draws, values) {
          // XLA's erf_inv and ours are each within a few units in the last place.
          #expect(abs(draw - value) <= 4e-15 * max(1, abs(value)), "\(draw) for \(value)")
        }
      }
    }
  }

  /// Draws are made in blocks; where one ends must not show.
  @Test(arguments: [1, 255, 256, 257, 800]) func drawsAreTheElementsOfTheStream(count: Int) {
    let (key, stream) = (RandomKey(7), Threefry(seed: 7))
    let numbers = 0..<UInt64(count)
    let uniform = numbers.map { stream.uniform($0, in: 0.1..<0.7) }
    #expect(key.uniform([count], in: 0.1..<0.7).scalars == uniform)
    #expect(key.normal([count]).scalars == numbers.map { stream.normal($0) })
    let children = key.split(count).map(\.words.scalars)
    #expect(children == numbers.map { words(stream.child($0)).map(Double.init) })
  }

  @Test func uniformsNeverLeaveTheirRange() {
    let tiny = Double.leastNormalMagnitude
    let key = Threefry(seed: 3)
    for n in 0..<1000 as Range<UInt64> {
      #expect((0..<1).contains(key.uniform(n)))
      #expect(key.uniform(n, in: tiny..<1) >= tiny)
    }
  }

  @Test func permutationsAreThoseOfJAX() throws {
    for (seed, expected) in golden.seeds {
      for (count, order) in expected.draws.permutation {
        #expect(Threefry(seed: seed).permutation(try #require(Int(count))) == order)
      }
    }
  }

  @Test func permutationsOfNoneAndOneAreTheOnlyOnes() {
    #expect(Threefry(seed: 0).permutation(0) == [])
    #expect(Threefry(seed: 0).permutation(1) == [0])
  }

  // 1625 is the greatest count one round of sorting serves, so this one takes two.
  @Test func aLongPermutationHoldsEachIndexOnce() {
    #expect(Threefry(seed: 5).permutation(5000).sorted() == Array(0..<5000))
  }

  @Test func aNegativeCountIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Threefry(seed: 0).permutation(-1)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("permutation: the count is -1, but must not be negative."))
  }

  private func words(_ key: Threefry) -> [UInt32] {
    [key.high, key.low]
  }
}

/// The part of `prng.json` that these tests read.
struct Golden {
  let blocks: [Block]
  let seeds: [UInt64: (key: [UInt32], draws: Draws)]

  struct Block: Decodable {
    let key, counter, out: [UInt32]
  }

  struct Link: Decodable {
    let key, sub: [UInt32]
  }

  struct Draws: Decodable {
    let split: [String: [[UInt32]]]
    let split_chain_key_sub: [Link]
    let fold_in: [String: [UInt32]]
    let bits_uint32: [String: [UInt32]]
    let bits_uint64_hex: [String: [String]]
    let uniform_float64, uniform_float64_minus2_2, normal_float64: [String: [Double]]
    let permutation: [String: [Int]]
  }

  static func load() throws -> Golden {
    struct File: Decodable {
      let partitionable_True: Section
    }
    struct Section: Decodable {
      let keys: [String: [UInt32]]
      let blocks: [Block]
      var draws: [String: Draws] = [:]

      struct Name: CodingKey {
        let stringValue: String
        init(stringValue: String) { self.stringValue = stringValue }
        var intValue: Int? { nil }
        init?(intValue: Int) { nil }
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        keys = try container.decode([String: [UInt32]].self, forKey: Name(stringValue: "keys"))
        blocks = try container.decode([Block].self, forKey: Name(stringValue: "block_function"))
        for key in keys.keys {
          draws[key] = try container.decode(Draws.self, forKey: Name(stringValue: key))
        }
      }
    }

    let reference = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Reference/prng.json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: reference))
    let section = file.partitionable_True
    var seeds: [UInt64: (key: [UInt32], draws: Draws)] = [:]
    for (name, key) in section.keys {
      let digits = name.dropFirst("PRNGKey(".count).dropLast()
      let seed = try #require(UInt64(digits))
      seeds[seed] = (key, try #require(section.draws[name]))
    }
    return Golden(blocks: section.blocks, seeds: seeds)
  }
}
