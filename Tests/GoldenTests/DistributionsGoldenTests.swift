import Distributions
import PPL
import TestSupport
import Testing

private let file = "distributions.json"
private let exactFile = "distributions_mpmath.json"
private let content = Result { try Reference.json(file) }

private let coreCounterparts: [String: Counterpart] = [
  "Normal": .init(parameters: ["loc", "scale"]) { Normal($0[0], $0[1]) },
  "LogNormal": .init(parameters: ["loc", "scale"]) { LogNormal($0[0], $0[1]) },
  "HalfNormal": .init(parameters: ["scale"]) { HalfNormal($0[0]) },
  "Exponential": .init(parameters: ["rate"]) { Exponential(rate: $0[0]) },
  "Gamma": .init(parameters: ["concentration", "rate"]) { Gamma(shape: $0[0], rate: $0[1]) },
  "InverseGamma": .init(parameters: ["concentration", "rate"]) {
    InverseGamma(shape: $0[0], rate: $0[1])
  },
  "Beta": .init(parameters: ["concentration1", "concentration0"]) { Beta($0[0], $0[1]) },
  "Uniform": .init(parameters: ["low", "high"]) { Uniform($0[0], $0[1]) },
  "Cauchy": .init(parameters: ["loc", "scale"]) { Cauchy($0[0], $0[1]) },
  "HalfCauchy": .init(parameters: ["scale"]) { HalfCauchy($0[0]) },
  "StudentT": .init(parameters: ["df", "loc", "scale"]) { StudentT($0[0], $0[1], $0[2]) },
  "Laplace": .init(parameters: ["loc", "scale"]) { Laplace($0[0], $0[1]) },
  "Gumbel": .init(parameters: ["loc", "scale"]) { Gumbel($0[0], $0[1]) },
  "TransformedAffineExp": .init(parameters: ["loc", "scale", "a", "b"]) {
    Transformed(
      Normal($0[0], $0[1]), [AffineTransform(location: $0[2], scale: $0[3]), ExpTransform()])
  },
]

private let counterparts = [
  coreCounterparts, continuousCounterparts, discreteCounterparts, multivariateCounterparts,
]
.reduce([:]) { $0.merging($1) { one, _ in one } }

/// Against NumPyro 0.22 in double precision, for every family that it has, too; and against mpmath.
struct DistributionsGoldenTests {
  @Test(.needs(file), arguments: counterparts.keys.sorted())
  func everyFieldOfEveryCaseAgreesWithNumPyro(_ name: String) throws {
    let counterpart = try #require(counterparts[name])
    try expectAgreement(counterpart, name, with: content.get())
  }

  @Test(.needs(exactFile), arguments: mpmathCounterparts.keys.sorted())
  func everyFieldOfEveryCaseAgreesWithMPMath(_ name: String) throws {
    let counterpart = try #require(mpmathCounterparts[name])
    try expectAgreement(counterpart, name, with: Reference.json(exactFile))
  }

  private func expectAgreement(
    _ counterpart: Counterpart, _ name: String, with json: JSONValue
  ) throws {
    let cases = try #require(json["cases"]).elements.filter { $0["name"]?.string == name }
    #expect(!cases.isEmpty)
    for reference in cases {
      let label = "\(name) \(try #require(reference["params"]))"
      let parameters = try counterpart.parameters.map {
        Tensor(try #require(reference["params"]?[$0]))
      }
      let values = Tensor(try #require(reference["values"]))
      let distribution = counterpart.make(parameters, Array(values.shape.dropFirst()))
      let inside = try #require(reference["in_support"]).elements.map { $0.bool == true ? 1.0 : 0 }
      #expect(distribution.support.contains(values).scalars == inside, "\(label)")
      try expectDensity(counterpart, parameters, at: values, reference, label)
      try expectSummaries(
        distribution, reference, without: counterpart.exceptions, notes: json, label)
      try expectDistributionFunction(distribution, at: values, reference, label)
      if counterpart.drawsAgree(parameters), let draws = reference["sample_PRNGKey0_shape3"] {
        let found = distribution.sample([3], key: RandomKey(0))
        expectClose(found, Tensor(draws), relative: 1e-9, "\(label) sample")
      }
    }
  }

  /// Value and gradients; each value gets parameters of its own, so that one pass gives all.
  private func expectDensity(
    _ counterpart: Counterpart, _ parameters: [Tensor], at values: Tensor,
    _ reference: JSONValue, _ label: String
  ) throws {
    let copies = parameters.map { $0.broadcast(to: [values.shape[0]] + $0.shape) }
    let density: ([Tensor]) -> Tensor = { inputs in
      counterpart.make(Array(inputs.dropFirst()), Array(values.shape.dropFirst()))
        .logProb(inputs[0])
    }
    let inputs = [values] + copies
    let found = valueWithGradient(of: { density($0).sum() }, at: inputs).gradient
    // Rows, one for each value, where NumPyro's own number can be trusted.
    let rows = (0..<values.shape[0]).map { counterpart.isTrusted(values[.at($0)], parameters) }
    func trusted(_ numbers: [Double]) -> [Double] {
      let width = numbers.count / rows.count
      return numbers.enumerated().filter { rows[$0.offset / width] }.map(\.element)
    }
    // What NumPyro would give if JAX's log-beta did not cancel, where that matters.
    let fixed = reference["log_prob_betaln_fixed"] ?? reference["log_prob"]
    let logProb = try #require(fixed).doubles
    expectClose(
      trusted(density(inputs).scalars), trusted(logProb), relative: 1e-9, "\(label) log_prob")
    // Counts have no gradient.
    if reference["kind"]?.string?.hasPrefix("d") != true {
      let slope = try #require(reference["grad_value"]).doubles
      expectClose(trusted(found[0].scalars), trusted(slope), relative: 1e-9, "\(label) grad_value")
    }
    let slopes = reference["grad_params_betaln_fixed"] ?? reference["grad_params"]
    for (name, gradient) in zip(counterpart.parameters, found.dropFirst()) {
      // JAX has no derivative of the incomplete beta function in its parameters, and numbers of
      // trials have none.
      guard !counterpart.wrongGradients.contains(name),
        counterpart.exceptions["grad_params \(name)"] == nil, let expected = slopes?[name]?.doubles
      else { continue }
      expectClose(
        trusted(gradient.scalars), trusted(expected),
        relative: counterpart.tolerance["grad_params \(name)"] ?? 1e-9,
        "\(label) grad_params \(name)")
    }
  }

  private func expectSummaries(
    _ distribution: any Distribution, _ reference: JSONValue, without exceptions: [String: String],
    notes: JSONValue, _ label: String
  ) throws {
    if let distribution = distribution as? any HasMoments {
      if let mean = reference["mean"], exceptions["mean"] == nil {
        expectClose(distribution.mean, Tensor(mean), relative: 1e-9, "\(label) mean")
      }
      if let variance = reference["variance"], exceptions["variance"] == nil {
        expectClose(distribution.variance, Tensor(variance), relative: 1e-9, "\(label) variance")
      }
    }
    if let distribution = distribution as? any CircularMoments, let mean = reference["mean"] {
      expectClose(distribution.circularMean, Tensor(mean), relative: 1e-9, "\(label) mean")
      if let variance = reference["variance"] {
        expectClose(
          distribution.circularVariance, Tensor(variance), relative: 1e-9, "\(label) variance")
      }
    }
    if let distribution = distribution as? any HasEntropy, let entropy = reference["entropy"] {
      let right = corrected(try #require(entropy.double), "entropy", notes)
      expectClose(distribution.entropy.scalars, [right], relative: 1e-9, "\(label) entropy")
    }
  }

  private func expectDistributionFunction(
    _ distribution: any Distribution, at values: Tensor, _ reference: JSONValue, _ label: String
  ) throws {
    if let cdf = reference["cdf"], let distribution = distribution as? any HasCDF {
      expectClose(distribution.cdf(values), Tensor(cdf), relative: 1e-9, "\(label) cdf")
    }
    if let q = reference["q"], let icdf = reference["icdf"],
      let distribution = distribution as? any HasQuantiles
    {
      expectClose(distribution.icdf(Tensor(q)), Tensor(icdf), relative: 1e-9, "\(label) icdf")
    }
  }

  /// SciPy's value where the file notes that NumPyro's is wrong: JAX's `betaln` is off by 1e-7.
  private func corrected(_ value: Double, _ field: String, _ json: JSONValue) -> Double {
    let mark = "\(field) numpyro \(value) scipy "
    for note in json["meta"]?["scipy_cross_check_notes"]?.elements ?? [] {
      guard let text = note.string, let range = text.firstRange(of: mark) else { continue }
      return Double(text[range.upperBound...]) ?? value
    }
    return value
  }
}
