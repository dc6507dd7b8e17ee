import Distributions
import Foundation
import Inference
import PPL
import SpatialExtremes
import TestSupport
import Testing

private let file = "svi_trace.json"

/// A fit of the multiplicative GEV model against NumPyro's, step for step: one seed, the same digits.
@Suite(.needs(file, "stations.csv", "gmst.csv", "maxima.csv"))
struct SVIGoldenTests {
  let json: JSONValue
  let gev: GEVMultiplicative
  let settings: FitSettings

  init() throws {
    json = try WholeFit.content.get()
    gev = try Reference.gev()
    settings = try FitSettings(json)
  }

  private var guide: AutoNormal {
    AutoNormal(gev.posterior, initialization: .values(gev.start), scale: 0.1)
  }

  /// The guide at its start.
  private func prepared() throws -> any PreparedGuide {
    try guide.prepared(key: settings.key.split(3)[2])
  }

  // MARK: The start

  @Test func initialKeysAgree() throws {
    let initial = try json.at("init")
    #expect(settings.key.words.scalars == (try initial.at("key0").doubles))
    let keys = settings.key.split(3)
    let names = ["state_key", "model_seed", "guide_seed"]
    for (name, key) in zip(names, keys) {
      #expect(key.words.scalars == (try initial.at(name).doubles), "\(name)")
    }
    let prototype = keys[2].split().1
    #expect(prototype.words.scalars == (try initial.at("prototype_key").doubles))
    let (next, attempt) = prototype.split()
    #expect(attempt.words.scalars == (try initial.at("attempt0_key").doubles))
    #expect(next.words.scalars == (try initial.at("next_attempt_key").doubles))
    try expectSiteKeys(gev.posterior.seeded(by: attempt), try initial.at("site_keys"))
  }

  @Test func initialLocationsAgree() throws {
    let initial = try json.at("init")
    let svi = SVI(gev.posterior, guide: guide, optimizer: settings.optimizer)
    let state = try svi.initialState(key: settings.key)
    #expect(state.step == 0)
    #expect(state.key.words.scalars == (try initial.at("state_key").doubles))
    let expected = try flat(try initial.at("unconstrained_init"))
    // A site on the positive reals goes through exp and log.
    expectClose(state.parameters, expected, relative: 1e-12)

    let trace = try prepared().model.seeded(by: settings.key).trace()
    #expect(trace.latent.map(\.name) == (try initial.at("guide_site_order").strings))
  }

  // MARK: The first steps

  @Test func keysOfTheFirstStepsAgree() throws {
    let prepared = try prepared()
    for step in try json.at("first_steps").elements {
      let (after, key) = try step.key("state_key_before").split()
      #expect(after.words.scalars == (try step.at("state_key_after").doubles))
      #expect(key.words.scalars == (try step.at("key_step").doubles))
      let (modelKey, guideKey) = key.split()
      #expect(modelKey.words.scalars == (try step.at("model_seed").doubles))
      #expect(guideKey.words.scalars == (try step.at("guide_seed").doubles))
      try expectSiteKeys(prepared.model.seeded(by: guideKey), try step.at("site_keys"))
    }
  }

  /// The draw of each step, and the log density of every site of guide and model there.
  @Test func drawsAndDensitiesOfTheFirstStepsAgree() throws {
    let prepared = try prepared()
    var parameters = try json.at("params_constrained", "0").tensors
    for step in try json.at("first_steps").elements {
      let label = "step \(try step.number("step"))"
      let trace = try prepared.model.seeded(by: try step.key("guide_seed"))
        .substituting(parameters).trace()
      let model = try gev.posterior.seeded(by: try step.key("model_seed")).replaying(trace).trace()

      let eps = try step.at("eps").tensors
      let z = try step.at("z_unconstrained").tensors
      let x = try step.at("x_constrained").tensors
      for (name, eps) in eps {
        let site = try #require(trace[name])
        let drawn = try #require(site.key).normal(eps.shape)
        expectClose(drawn, eps, relative: 1e-12, "\(label) eps of \(name)")
        let value = try #require(site.value)
        expectClose(value, try #require(x[name]), relative: 1e-9, "\(label) x of \(name)")
        let base = site.base ?? value
        expectClose(base, try #require(z[name]), relative: 1e-9, "\(label) z of \(name)")
      }
      try expectDensities(trace, try step.at("guide_log_prob"), label)
      try expectDensities(model, try step.at("model_log_prob"), label)
      let loss = trace.logDensity() - model.logDensity()
      expectClose([loss.scalar], [try step.number("loss")], relative: 1e-9, label)
      let outside = try #require(model["y"]?.logProb()).scalars.count { $0 == -.infinity }
      #expect(Double(outside) == (try step.number("n_out_of_support")), "\(label)")
      parameters = try step.at("params_constrained_after").tensors
    }
  }

  @Test func gradientsMomentsAndParametersOfTheFirstStepsAgree() throws {
    let svi = SVI(gev.posterior, guide: guide, optimizer: settings.transparentOptimizer)
    var state = try svi.initialState(key: settings.key)
    for step in try json.at("first_steps").elements {
      let label = "step \(try step.number("step"))"
      let fit = try svi.run(steps: 1, from: state, progress: .silent)
      state = fit.state
      let record = try #require(fit.records.first)
      #expect(Double(state.step) == (try step.number("step")))
      #expect(state.key.words.scalars == (try step.at("state_key_after").doubles), "\(label)")
      expectClose([record.loss], [try step.number("loss")], relative: 1e-9, label)

      let length = try step.number("grad_global_norm")
      expectClose([record.gradientNorm], [length], relative: 1e-9, label)
      #expect(record.isClipped == (try step.at("clipped").bool), "\(label)")
      #expect((record.zeroed > 0) == (try step.at("any_nan_in_grad").bool), "\(label)")
      let gradient = try flat(try step.at("grad_unconstrained"))
      expectGradientClose(
        state.optimizer[0], Tensor(gradient), norm: length, "\(label) gradient")

      // Clipped, the gradient has length 10, and so have the moments' scales.
      let (count, mean, meanSquare) = (
        state.optimizer[1], state.optimizer[2], state.optimizer[3]
      )
      #expect(count.scalar == (try step.number("adam_count")))
      expectClose(
        mean.scalars, try flat(try step.at("adam_mu")), relative: 1e-8, absolute: 1e-11,
        "\(label) first moment")
      expectClose(
        meanSquare.scalars, try flat(try step.at("adam_nu")), relative: 1e-8, absolute: 1e-12,
        "\(label) second moment")
      // Where a clipped entry is near Adam's epsilon, its step is a ratio of small numbers.
      expectClose(
        state.parameters, try flat(try step.at("params_unconstrained_after")), relative: 1e-9,
        absolute: 1e-9, "\(label) parameters")
      let after = try step.at("params_constrained_after").tensors
      for (name, value) in fit.parameters {
        expectClose(value, try #require(after[name]), relative: 1e-8, "\(label) \(name)")
      }
    }
  }

  // MARK: The whole fit

  @Test func everyStoredLossAgrees() throws {
    let losses = try WholeFit.shared.get().losses
    #expect(losses.count == settings.steps)
    let steps = try json.at("losses", "steps").doubles.map { Int($0) }
    expectClose(
      steps.map { losses[$0 - 1] }, try json.at("losses", "values").doubles, relative: 1e-9)
  }

  @Test func lossesAreInfiniteAtTheSameSteps() throws {
    let losses = try WholeFit.shared.get().losses
    let steps = losses.indices.filter { !losses[$0].isFinite }.map { Double($0 + 1) }
    #expect(steps == (try json.at("nonfinite_steps").doubles))
    #expect(Double(steps.count) == (try json.number("n_nonfinite_losses")))
    let last = losses.suffix(500)
    expectClose(
      [last.reduce(0, +) / Double(last.count)], [try json.number("mean_loss_last_500")],
      relative: 1e-9)
  }

  @Test func parametersAgreeAtTheStoredSteps() throws {
    let checkpoints = try WholeFit.shared.get().checkpoints
    #expect(!checkpoints.isEmpty)
    for (step, fit) in checkpoints {
      for (field, found) in [
        ("params_constrained", fit.parameters),
        ("params_unconstrained", fit.unconstrainedParameters),
      ] {
        let expected = try json.at(field, "\(step)").tensors
        #expect(Set(found.keys) == Set(expected.keys))
        for (name, value) in expected {
          expectClose(
            try #require(found[name]), value, relative: 1e-8, absolute: 1e-8,
            "\(field) \(name) after \(step) steps")
        }
      }
    }
  }

  @Test func segmentsEqualOneRun() throws {
    let whole = try WholeFit.shared.get()
    let (step, checkpoint) = try #require(
      whole.checkpoints.last { $0.step <= 1000 }, "no checkpoint in the first 1000 steps")
    let svi = SVI(gev.posterior, guide: guide, optimizer: settings.optimizer)
    let once = try svi.run(steps: step, key: settings.key, progress: .silent)
    #expect(once.losses == Array(whole.losses.prefix(step)))
    #expect(once.state.parameters == checkpoint.state.parameters)
    #expect(once.state.key.words.scalars == checkpoint.state.key.words.scalars)
  }

  // MARK: Comparisons

  private func expectSiteKeys(_ model: Model<some Sendable>, _ keys: JSONValue) throws {
    let trace = try model.trace()
    #expect(!keys.members.isEmpty)
    for (name, words) in keys.members {
      #expect(trace[name]?.key?.words.scalars == words.doubles, "\(name)")
    }
  }

  private func expectDensities(_ trace: Trace, _ reference: JSONValue, _ label: String) throws {
    let found = Dictionary(uniqueKeysWithValues: trace.logDensities().map { ($0.name, $0.value) })
    let expected = reference.tensors
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, value) in expected {
      expectClose(try #require(found[name]), value, relative: 1e-9, "\(label) \(name)")
    }
  }

  /// One number a parameter, in the order of the fit: by site, locations before scales.
  private func flat(_ parameters: JSONValue) throws -> [Double] {
    try json.at("init", "guide_site_order").strings.flatMap { site in
      try ["loc", "scale"].flatMap { try parameters.at("\(site)_auto_\($0)").doubles }
    }
  }
}
