import Distributions
import PPL
import TestSupport
import Testing

/// Draws of distributions against JAX's samplers, under every key of the file.
///
/// Not compared, since there is no counterpart: numbers of 32 bits (`uniform_float32`, `normal_float32`,
/// `randint_int32`), and Poisson draws of means from 10, where JAX goes on to replace numbers that it had accepted.
@Suite(.needs("prng.json")) struct PRNGDrawsGoldenTests {
  let streams: [(name: String, key: RandomKey, draws: JSONValue)]

  init() throws { streams = try PRNGStreams().all }

  @Test func laplaceAndLogisticDrawsAgree() throws {
    try expectDraws("laplace_float64") { key, count in Laplace(0, 1).sample([count], key: key) }
    try expectDraws("logistic_float64") { key, count in Logistic(0, 1).sample([count], key: key) }
  }

  /// JAX inverts the distribution function at uniforms of its range.
  @Test func truncatedNormalDrawsAgree() throws {
    let field = "truncated_normal_-1_2_float64"
    let bounds = field.split(separator: "_").compactMap { Double($0) }.map { Tensor($0) }
    try expectDraws(field) { key, count in
      let range = bounds.map { normalCDF($0) }
      let u = range[0] + (range[1] - range[0]) * key.uniform([count])
      return normalQuantile(u)
    }
  }

  /// JAX draws the two gammas under a key each, NumPyro's and our `Beta` both under one.
  @Test func betaDrawsAreRatiosOfGammas() throws {
    try expectRows("beta_float64") { key, shape, row in
      let (first, second) = key.split()
      let a = first.logGamma(shape, alpha: try row.tensor("a"))
      let b = second.logGamma(shape, alpha: try row.tensor("b"))
      return sigmoid(a - b)
    }
  }

  /// The file does not name the concentration.
  @Test func dirichletDrawsAgree() throws {
    try expectDraws("dirichlet_float64") { key, count in
      Dirichlet(Tensor([0.5, 1, 2])).sample([count / 3], key: key).reshaped(to: [count])
    }
  }

  @Test func poissonDrawsOfSmallMeansAgree() throws {
    try expectRows("poisson_int64") { key, shape, row in
      let mean = try row.tensor("lam")
      return mean.scalar < 10 ? Poisson(rate: mean).sample(shape, key: key) : nil
    }
  }

  @Test func categoricalDrawsAgree() throws {
    try expectRows("categorical") { key, shape, row in
      Categorical(logits: try row.tensor("logits")).sample(shape, key: key)
    }
  }

  @Test func integersAgree() throws {
    try expectRows("randint_int64") { key, shape, row in
      key.integers(shape, from: try row.tensor("minval"), through: try row.tensor("maxval") - 1)
    }
  }

  @Test func coinsAgree() throws {
    let field = "bernoulli_p0.3"
    let probability = try #require(Double(field.drop { $0 != "p" }.dropFirst()))
    for (name, key, draws) in streams {
      let expected = try draws.at(field).elements.map { $0.bool == true ? 1.0 : 0 }
      let coin = Bernoulli(probabilities: Tensor(probability))
      #expect(coin.sample([expected.count], key: key).scalars == expected, "\(name)")

      let signs = try draws.at("rademacher").doubles
      let fair: Tensor = 2 * Bernoulli(probabilities: 0.5).sample([signs.count], key: key) - 1
      #expect(fair.scalars == signs, "\(name)")
    }
  }

  /// `choice`: integers with replacement, the first of a permutation without.
  @Test func choicesOfEqualChanceAgree() throws {
    try expectRows("choice_replace") { key, shape, row in
      key.integers(shape, from: 0, through: try row.tensor("n") - 1)
    }
    try expectRows("choice_noreplace") { key, shape, row in
      key.permutation(Int(try row.number("n")))[.range(0..<shape[0])]
    }
  }

  /// `choice` with weights: the inverse of their sums with replacement, the largest of perturbed logarithms without.
  @Test func choicesByWeightAgree() throws {
    try expectRows("choice_p") { key, shape, row in
      let sums = try row.at("p").doubles.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
      let levels = Tensor(sums[sums.count - 1]) * (1 - key.uniform(shape))
      return Tensor(
        levels.scalars.map { level in Double(sums.dropFirst().count { $0 < level }) })
    }
    try expectRows("choice_p_noreplace") { key, shape, row in
      let weights = try row.tensor("p")
      let scores = (key.gumbel(weights.shape) + log(weights)).scalars
      let order = scores.indices.sorted { scores[$0] > scores[$1] }
      return Tensor(order.prefix(shape[0]).map(Double.init))
    }
  }

  // MARK: Comparisons

  /// A member that is an array of draws.
  private func expectDraws(_ field: String, _ draw: (RandomKey, Int) -> Tensor) throws {
    for (name, key, draws) in streams {
      let expected = try draws.at(field).doubles
      #expect(!expected.isEmpty)
      // Inverse error functions and logarithms differ in the last digits.
      expectClose(
        draw(key, expected.count).scalars, expected, relative: 1e-10, "\(name) \(field)")
    }
  }

  /// A member that is one row or several: the arguments of a sampler, a shape, and its values.
  ///
  /// - Parameter draw: The draws of a row; nil for a row that is not compared.
  private func expectRows(
    _ field: String, _ draw: (RandomKey, [Int], JSONValue) throws -> Tensor?
  ) throws {
    for (name, key, draws) in streams {
      let content = try draws.at(field)
      let rows = content["value"] == nil ? content.elements : [content]
      var compared = 0
      for row in rows {
        let shape = try row.at("shape").doubles.map { Int($0) }
        guard let found = try draw(key, shape, row) else { continue }
        expectClose(
          found.scalars, try row.at("value").doubles, relative: 1e-10, "\(name) \(field)")
        compared += 1
      }
      #expect(compared > 0, "\(name) \(field)")
    }
  }
}
