import Distributions
import PPL
import TestSupport
import Testing

private let file = "distributions.json"
private let content = Result { try Reference.json(file) }

/// A family of NumPyro's: its parameters in the order in which ours takes them.
struct Counterpart: Sendable {
  let parameters: [String]
  /// Fields of the file that are not compared, with the reason.
  var exceptions: [String: String] = [:]
  let make: @Sendable ([Tensor]) -> any Distribution
}

private let counterparts = scalarCounterparts.merging(multivariateCounterparts) { first, _ in first
}

private let scalarCounterparts: [String: Counterpart] = [
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

/// Against NumPyro 0.22 in double precision, for every family that it has, too.
@Suite(.enabled(if: Reference.url(file) != nil, "\(file) is not in \(Reference.folder.path)"))
struct DistributionsGoldenTests {
  @Test(arguments: counterparts.keys.sorted())
  func everyFieldOfEveryCaseAgreesWithNumPyro(_ name: String) throws {
    let counterpart = try #require(counterparts[name])
    let json = try content.get()
    let cases = try #require(json["cases"]).elements.filter { $0["name"]?.string == name }
    #expect(!cases.isEmpty)
    for reference in cases {
      let label = "\(name) \(try #require(reference["params"]))"
      let parameters = try counterpart.parameters.map {
        Tensor(try #require(reference["params"]?[$0]))
      }
      let distribution = counterpart.make(parameters)
      let values = Tensor(try #require(reference["values"]))
      let inside = try #require(reference["in_support"]).elements.map { $0.bool == true ? 1.0 : 0 }
      #expect(distribution.support.contains(values).scalars == inside, "\(label)")
      try expectDensity(counterpart, parameters, at: values, reference, label)
      try expectSummaries(
        distribution, reference, without: counterpart.exceptions, notes: json, label)
      try expectDistributionFunction(distribution, at: values, reference, label)
      guard counterpart.exceptions["sample"] == nil else { continue }
      let draws = try #require(reference["sample_PRNGKey0_shape3"])
      let found = distribution.sample([3], key: RandomKey(0))
      expectClose(found, Tensor(draws), relative: 1e-9, "\(label) sample")
    }
  }

  /// Value and gradients; each value gets parameters of its own, so that one pass gives all.
  private func expectDensity(
    _ counterpart: Counterpart, _ parameters: [Tensor], at values: Tensor,
    _ reference: JSONValue, _ label: String
  ) throws {
    let copies = parameters.map { $0.broadcast(to: [values.shape[0]] + $0.shape) }
    let density: ([Tensor]) -> Tensor = { inputs in
      counterpart.make(Array(inputs.dropFirst())).logProb(inputs[0])
    }
    let inputs = [values] + copies
    let found = valueWithGradient(of: { density($0).sum() }, at: inputs).gradient
    let logProb = try #require(reference["log_prob"]).doubles
    expectClose(density(inputs).scalars, logProb, relative: 1e-9, "\(label) log_prob")
    let slope = try #require(reference["grad_value"]).doubles
    expectClose(found[0].scalars, slope, relative: 1e-9, "\(label) grad_value")
    for (name, gradient) in zip(counterpart.parameters, found.dropFirst())
    where counterpart.exceptions["grad_params \(name)"] == nil {
      let expected = try #require(reference["grad_params"]?[name]).doubles
      expectClose(gradient.scalars, expected, relative: 1e-9, "\(label) grad_params \(name)")
    }
  }

  private func expectSummaries(
    _ distribution: any Distribution, _ reference: JSONValue, without exceptions: [String: String],
    notes: JSONValue, _ label: String
  ) throws {
    if let distribution = distribution as? any Moments {
      if let mean = reference["mean"], exceptions["mean"] == nil {
        expectClose(distribution.mean, Tensor(mean), relative: 1e-9, "\(label) mean")
      }
      if let variance = reference["variance"], exceptions["variance"] == nil {
        expectClose(distribution.variance, Tensor(variance), relative: 1e-9, "\(label) variance")
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
    guard let distribution = distribution as? any CumulativeDistribution else { return }
    if let cdf = reference["cdf"] {
      expectClose(distribution.cdf(values), Tensor(cdf), relative: 1e-9, "\(label) cdf")
    }
    if let q = reference["q"], let icdf = reference["icdf"] {
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
