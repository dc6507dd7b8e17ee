import PPL
import PosteriorModels
import TestSupport
import Testing

@testable import Inference

/// What the tests of posteriors do with a model: fit it, and compare with the long runs.
struct PosteriorFit {
  let posterior: PosteriorModel
  let model: Model<Void>

  init(_ posterior: PosteriorModel) throws {
    (self.posterior, model) = (posterior, try posterior.model())
  }

  /// Steps that shrink a hundredfold, so that little of the noise is left.
  func callAsFunction(
    _ guide: some Guide, steps: Int = 2_000, particles: Int = 4
  ) throws -> SVIFit {
    let rate = Schedule.exponential(from: 0.05, factor: 0.01, every: steps)
    return try SVI(
      model, guide: guide, optimizer: Adam(learningRate: rate),
      loss: TraceELBO(particles: particles)
    ).run(steps: steps, key: RandomKey(1), progress: .silent)
  }

  /// The posterior's mode, from where narrow posteriors are fitted in few steps.
  func mode() throws -> Initialization {
    let svi = SVI(model, guide: AutoDelta(model), optimizer: Adam(learningRate: 0.01))
    let fit = try svi.minimized(key: RandomKey(1))
    return .values(try #require(try fit.median()))
  }

  /// A parameter beside its reference.
  struct Comparison {
    let name: String
    /// By how many posterior deviations the mean is off.
    let shift: Double
    /// The deviation over the reference's.
    let ratio: Double
  }

  /// - Returns: By site, one an element.
  func compared(_ fit: SVIFit, _ sites: [String]) throws -> [String: [Comparison]] {
    let reference = try PosteriorDB.moments(posterior.name)
    // The draws add 0.007 deviations to the error of a mean.
    let draws = try fit.draws(20_000, key: RandomKey(2))
    var comparisons: [String: [Comparison]] = [:]
    for site in sites {
      let x = draws[site].reshaped(to: [draws.count, -1])
      let (means, deviations) = (x.mean(along: [0]), x.standardDeviation(along: [0]))
      comparisons[site] = try (0..<means.count).map { index in
        let name = "\(site)[\(index + 1)]"
        let expected = try #require(reference[name] ?? reference[site])
        return Comparison(
          name: name, shift: (means.scalars[index] - expected.mean) / expected.deviation,
          ratio: deviations.scalars[index] / expected.deviation)
      }
    }
    return comparisons
  }

  /// Expects the reference means within three standard errors from the fit's draws, weighted by p / q.
  ///
  /// The weights take away what the family cannot follow, so what is left is noise: the standard error of the weighted
  /// mean and that of the reference, added as squares.
  func expectReferenceByWeights(
    _ fit: SVIFit, _ sites: [String], count: Int = 10_000,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let reference = try PosteriorDB.moments(posterior.name)
    let (guide, parameters, model) = (fit.state.guide.model, fit.parameters, model)
    let program = try Program(
      recording: { inputs in
        let (guide, model) = try TraceELBO().traces(
          model, guide, parameters: parameters, key: RandomKey(words: inputs[0]))
        let logWeight = model.logDensity() - guide.logDensity()
        return [logWeight] + sites.map { model[$0]?.value ?? Tensor([]) }
      }, on: [RandomKey(0).words])
    let execution = Execution(program)
    var outputs = Array(repeating: [Double](), count: 1 + sites.count)
    for key in RandomKey(3).split(count) {
      execution.setInput(0, key.words.scalars)
      execution.run()
      for place in outputs.indices { outputs[place] += execution.output(place) }
    }
    let logWeights = Tensor(outputs[0])
    let weights = exp(logWeights - logWeights.logSumExp())
    for (place, site) in sites.enumerated() {
      let x = Tensor(outputs[place + 1]).reshaped(to: [count, -1])
      let w = weights.expandingDimension(at: 1)
      let means = (w * x).sum(along: [0])
      let errors = sqrt(square(w * (x - means)).sum(along: [0])).scalars
      for (index, (mean, error)) in zip(means.scalars, errors).enumerated() {
        let name = "\(site)[\(index + 1)]"
        let expected = try #require(reference[name] ?? reference[site])
        let both = (error * error + expected.error * expected.error).squareRoot()
        // A proposal that misses half the posterior would have large errors, and pass.
        #expect(error < 0.05 * expected.deviation, "\(name)", sourceLocation: sourceLocation)
        #expect(
          abs(mean - expected.mean) < 3 * both,
          "\(name): \(mean), expected \(expected.mean) within 3 times \(both)",
          sourceLocation: sourceLocation)
      }
    }
  }
}

/// Expects every element's mean and deviation beside the reference's in these bands.
func expectBands(
  _ comparisons: [PosteriorFit.Comparison]?, shift: Double, ratio: ClosedRange<Double>,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(comparisons?.isEmpty == false, sourceLocation: sourceLocation)
  for one in comparisons ?? [] {
    #expect(
      abs(one.shift) < shift, "\(one.name): off by \(one.shift) deviations",
      sourceLocation: sourceLocation)
    #expect(
      ratio.contains(one.ratio), "\(one.name): \(one.ratio) of the deviation",
      sourceLocation: sourceLocation)
  }
}
