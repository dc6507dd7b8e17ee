import Distributions
import PPL
import TestSupport
import Testing

private let file = "prng.json"
private let content = Result { try Reference.json(file) }

/// One generator of `prng.json`: each seed of the file as our key, with JAX's draws.
struct PRNGStreams {
  /// The default of JAX since 0.5, whose digits `RandomKey` has.
  static let partitionable = "partitionable_True"
  /// The default before, which shares the keys, the block cipher and `fold_in`.
  static let legacy = "partitionable_False"

  let json: JSONValue
  let all: [(name: String, key: RandomKey, draws: JSONValue)]

  init(_ generator: String = partitionable) throws {
    let json = try content.get().at(generator)
    self.json = json
    all = try json.at("keys").members.map { name, _ in
      let seed = try #require(UInt64(name.dropFirst("PRNGKey(".count).dropLast()), "\(name)")
      return (name, RandomKey(seed), try json.at(name))
    }
    #expect(!all.isEmpty)
  }
}

/// `RandomKey` against JAX's default generator: keys, and the streams of numbers under all others.
@Suite(.needs(file)) struct PRNGGoldenTests {
  let streams: [(name: String, key: RandomKey, draws: JSONValue)]

  init() throws { streams = try PRNGStreams().all }

  @Test(arguments: [PRNGStreams.partitionable, PRNGStreams.legacy])
  func aSeedIsItsTwoHalves(_ generator: String) throws {
    let streams = try PRNGStreams(generator)
    for (name, key, _) in streams.all {
      #expect(key.words.scalars == (try streams.json.at("keys", name).doubles))
    }
  }

  @Test(arguments: [PRNGStreams.partitionable, PRNGStreams.legacy])
  func foldingInIsTheBlockCipher(_ generator: String) throws {
    var checked = 0
    for row in try PRNGStreams(generator).json.at("block_function").elements {
      let counter = try row.at("counter").doubles
      guard counter[0] == 0 else { continue }  // Data are 32 bits.
      let found = try row.key("key").foldIn(UInt32(counter[1]))
      #expect(found.words.scalars == (try row.at("out").doubles))
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test func splitsAgree() throws {
    for (name, key, draws) in streams {
      for (count, children) in try draws.at("split").members {
        let found = key.split(try #require(Int(count))).map(\.words.scalars)
        #expect(found == children.elements.map(\.doubles), "\(name) into \(count)")
      }
      var carry = key
      for link in try draws.at("split_chain_key_sub").elements {
        let (next, sub) = carry.split()
        #expect(next.words.scalars == (try link.at("key").doubles), "\(name)")
        #expect(sub.words.scalars == (try link.at("sub").doubles), "\(name)")
        carry = next
      }
    }
  }

  @Test(arguments: [PRNGStreams.partitionable, PRNGStreams.legacy])
  func foldedInKeysAgree(_ generator: String) throws {
    for (name, key, draws) in try PRNGStreams(generator).all {
      for (data, words) in try draws.at("fold_in").members {
        let found = key.foldIn(try #require(UInt32(data)))
        #expect(found.words.scalars == words.doubles, "\(name) with \(data)")
      }
    }
  }

  @Test func bitsAndUniformsAreExact() throws {
    try expectStream("bits_uint32") { key, shape in key.bits(shape) }
    // Shorter words are the low bits of those of 32.
    try expectStream("bits_uint8") { key, shape in lowBits(8, of: key.bits(shape)) }
    try expectStream("bits_uint16") { key, shape in lowBits(16, of: key.bits(shape)) }
    try expectStream("uniform_float64") { key, shape in key.uniform(shape) }
    try expectStream("uniform_float64_minus2_2") { key, shape in key.uniform(shape, in: -2..<2) }
  }

  @Test func normalsAgree() throws {
    // The inverse error functions differ in the last digits.
    try expectStream("normal_float64", within: 1e-12) { key, shape in key.normal(shape) }
  }

  @Test func transformedUniformsAgree() throws {
    try expectStream("exponential_float64", within: 1e-12) { key, shape in key.exponential(shape) }
    try expectStream("gumbel_float64", within: 1e-12) { key, shape in key.gumbel(shape) }
    for (name, key, draws) in streams {
      let expected = try draws.at("cauchy_float64").doubles
      expectClose(key.cauchy([expected.count]).scalars, expected, relative: 1e-12, name)
    }
  }

  @Test func gammasAgree() throws {
    for (name, key, draws) in streams {
      for (field, isLogarithm) in [("gamma_float64", false), ("loggamma_float64", true)] {
        for row in try draws.at(field).elements {
          let shape = try row.at("shape").doubles.map { Int($0) }
          let alpha = try row.tensor("alpha")
          let found =
            isLogarithm ? key.logGamma(shape, alpha: alpha) : key.gamma(shape, alpha: alpha)
          expectClose(
            found.scalars, try row.at("value").doubles, relative: 1e-10, absolute: 0,
            "\(name) \(field) \(alpha)")
        }
      }
    }
  }

  @Test func permutationsAreExact() throws {
    for (name, key, draws) in streams {
      for (count, order) in try draws.at("permutation").members {
        let found = key.permutation(try #require(Int(count)))
        #expect(found.scalars == order.doubles, "\(name) of \(count)")
      }
    }
  }

  /// A uniform number is the upper 52 bits of a word of 64.
  @Test func wordsOf64BitsAreThoseOfTheUniforms() throws {
    for (name, key, draws) in streams {
      for (text, words) in try draws.at("bits_uint64_hex").members {
        let expected = try words.strings.map { word in
          Double(try #require(UInt64(word.dropFirst(2), radix: 16)) >> 12) * 0x1p-52
        }
        #expect(!expected.isEmpty)
        #expect(key.uniform(shape(text)).scalars == expected, "\(name) \(text)")
      }
    }
  }

  private func lowBits(_ count: Int, of words: Tensor) -> Tensor {
    let size = Tensor(Double(1 << count))
    return words - size * floor(words / size)
  }

  private func shape(_ text: String) -> [Int] {
    text.split { !$0.isNumber }.compactMap { Int($0) }
  }

  /// Draws of every shape of a member such as `"[3, 2]": [...]`.
  private func expectStream(
    _ field: String, within tolerance: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation, _ draw: (RandomKey, [Int]) -> Tensor
  ) throws {
    for (name, key, draws) in streams {
      let shapes = try draws.at(field).members
      #expect(!shapes.isEmpty, sourceLocation: sourceLocation)
      for (text, values) in shapes {
        let shape = shape(text)
        let found = draw(key, shape)
        #expect(found.shape == shape, sourceLocation: sourceLocation)
        expectClose(
          found.scalars, values.doubles, relative: tolerance, absolute: tolerance,
          "\(name) \(field) \(text)", sourceLocation: sourceLocation)
      }
    }
  }
}
