import Distributions
import PPL
import TestSupport
import Testing

private let file = "distributions.json"
private let content = Result { try Reference.json(file) }

/// A family of NumPyro's: its parameters in the order in which ours takes them.
struct Counterpart: Sendable {
  let parameters: [String]
  /// Whether one key gives NumPyro's draws at these parameters; where not, the row says why.
  var drawsAgree: @Sendable ([Tensor]) -> Bool = { _ in true }
  let make: @Sendable ([Tensor]) -> any Distribution
}

private let counterparts = continuousCounterparts.merging(discreteCounterparts) { a, _ in a }

private let continuousCounterparts: [String: Counterpart] = [
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
  "MultivariateNormalTril": .init(parameters: ["loc", "scale_tril"]) {
    MultivariateNormal($0[0], choleskyFactor: $0[1])
  },
  "MultivariateNormalCov": .init(parameters: ["loc", "covariance_matrix"]) {
    MultivariateNormal($0[0], covariance: $0[1])
  },
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
      try expectSummaries(distribution, reference, notes: json, label)
      try expectDistributionFunction(distribution, at: values, reference, label)
      guard counterpart.drawsAgree(parameters) else { continue }
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
    // What NumPyro would give if JAX's log-beta did not cancel, where that matters.
    let fixed = reference["log_prob_betaln_fixed"] ?? reference["log_prob"]
    let logProb = try #require(fixed).doubles
    expectClose(density(inputs).scalars, logProb, relative: 1e-9, "\(label) log_prob")
    // Counts have no gradient, and of discrete laws neither have numbers of trials.
    let isDiscrete = reference["kind"]?.string?.hasPrefix("d") == true
    if !isDiscrete {
      let slope = try #require(reference["grad_value"]).doubles
      expectClose(found[0].scalars, slope, relative: 1e-9, "\(label) grad_value")
    }
    let slopes = reference["grad_params_betaln_fixed"] ?? reference["grad_params"]
    for (name, gradient) in zip(counterpart.parameters, found.dropFirst()) {
      if isDiscrete, slopes?[name] == nil { continue }
      let expected = try #require(slopes?[name]).doubles
      expectClose(gradient.scalars, expected, relative: 1e-9, "\(label) grad_params \(name)")
    }
  }

  private func expectSummaries(
    _ distribution: any Distribution, _ reference: JSONValue, notes: JSONValue, _ label: String
  ) throws {
    if let distribution = distribution as? any Moments, let mean = reference["mean"] {
      let variance = try #require(reference["variance"])
      expectClose(distribution.mean, Tensor(mean), relative: 1e-9, "\(label) mean")
      expectClose(distribution.variance, Tensor(variance), relative: 1e-9, "\(label) variance")
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
      let distribution = distribution as? any CumulativeDistribution
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
