import PPL
import TestSupport
import Testing

private let file = "prng.json"
private let content = Result { try Reference.json(file) }

/// `RandomKey` against JAX's default generator, for every stream that it offers.
@Suite(.needs(file)) struct PRNGGoldenTests {
  /// The default of JAX since 0.5; the other half of the file is another generator.
  let json: JSONValue
  /// Each seed of the file as our key, with JAX's draws.
  let streams: [(name: String, key: RandomKey, draws: JSONValue)]

  init() throws {
    let json = try content.get().at("partitionable_True")
    self.json = json
    streams = try json.at("keys").members.map { name, _ in
      let seed = try #require(UInt64(name.dropFirst("PRNGKey(".count).dropLast()), "\(name)")
      return (name, RandomKey(seed), try json.at(name))
    }
    #expect(!streams.isEmpty)
  }

  @Test func aSeedIsItsTwoHalves() throws {
    for (name, key, _) in streams {
      #expect(key.words.scalars == (try json.at("keys", name).doubles))
    }
  }

  @Test func foldingInIsTheBlockCipher() throws {
    var checked = 0
    for row in try json.at("block_function").elements {
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

  @Test func foldedInKeysAgree() throws {
    for (name, key, draws) in streams {
      for (data, words) in try draws.at("fold_in").members {
        let found = key.foldIn(try #require(UInt32(data)))
        #expect(found.words.scalars == words.doubles, "\(name) with \(data)")
      }
    }
  }

  @Test func bitsAndUniformsAreExact() throws {
    try expectStream("bits_uint32") { key, shape in key.bits(shape) }
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

  /// Draws of every shape of a member such as `"[3, 2]": [...]`.
  private func expectStream(
    _ field: String, within tolerance: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation, _ draw: (RandomKey, [Int]) -> Tensor
  ) throws {
    for (name, key, draws) in streams {
      let shapes = try draws.at(field).members
      #expect(!shapes.isEmpty, sourceLocation: sourceLocation)
      for (text, values) in shapes {
        let shape = text.split { !$0.isNumber }.compactMap { Int($0) }
        let found = draw(key, shape)
        #expect(found.shape == shape, sourceLocation: sourceLocation)
        expectClose(
          found.scalars, values.doubles, relative: tolerance, absolute: tolerance,
          "\(name) \(field) \(text)", sourceLocation: sourceLocation)
      }
    }
  }
}
