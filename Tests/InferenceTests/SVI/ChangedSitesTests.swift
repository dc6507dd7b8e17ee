import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Sites must be the same in every step of a fit and in every draw.
struct ChangedSitesTests {
  /// Beyond `edge` the statements of `beyond` are run too.
  private func model(
    edge: Double, _ beyond: @escaping @Sendable (inout Context) -> Void
  ) -> Model<Void> {
    Model { p in
      let x = p.sample("x", Normal(0, 1))
      if x.scalar > edge { beyond(&p) }
      p.sample("y", Normal(x, 0.5), observed: 2)
    }
  }

  private func change(
    _ model: Model<Void>, particles: Int = 1
  ) throws -> ChangedSites {
    let guide = Model<Void> { p in
      let place = p.parameter("place", initially: 0)
      p.sample("x", Normal(place, 0.5))
    }
    let svi = SVI(
      model, guide: guide, optimizer: Adam(learningRate: 0.05),
      loss: TraceELBO(particles: particles))
    return try #require(throws: ChangedSites.self) {
      try svi.run(steps: 500, key: RandomKey(0), progress: .silent)
    }
  }

  @Test(arguments: [1, 4])
  func aLatentSiteThatAppearsEndsTheFitAtItsStep(particles: Int) throws {
    let changed = try change(
      model(edge: 1.2) { p in p.sample("late", Normal(0, 1)) }, particles: particles)
    #expect(changed.change == SiteChange(site: "late", place: "model", kind: .appeared))
    #expect(changed.step > 1 && changed.step < 500)
    // What was computed is kept, and can be resumed.
    #expect(
      changed.fit.records.count == changed.step - 1 && changed.fit.state.step == changed.step - 1)
    #expect(changed.fit.losses.allSatisfy { $0.isFinite })
    #expect(
      changed.description
        == "step \(changed.step): site \"late\": is in this run of the model and was not in the first; which sites "
        + "there are and their shapes must not depend on drawn values: state all of them in every run, and choose "
        + "between them with select(_:_:_:) or a mask; the \(changed.step - 1) steps before it are kept."
    )
  }

  @Test func theStepsBeforeAreCountedInWords() throws {
    let changed = try change(model(edge: 1.2) { p in p.sample("late", Normal(0, 1)) })
    for (step, kept) in [
      (1, "; no step was taken before it."), (2, "; the step before it is kept."),
      (3, "; the 2 steps before it are kept."),
    ] {
      let error = ChangedSites(step: step, change: changed.change, fit: changed.fit)
      #expect(error.description.hasSuffix(kept), "\(error)")
    }
  }

  @Test func aSiteThatVanishesOrIsComputedOnlyIsNamedToo() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      if x.scalar < 1.2 { p.deterministic("low", x) }
      p.sample("y", Normal(x, 0.5), observed: 2)
    }
    let changed = try change(model)
    #expect(changed.change == SiteChange(site: "low", place: "model", kind: .vanished))
    #expect(
      changed.change.description.hasPrefix(
        "site \"low\": is not in this run of the model and was in the first; "))
  }

  @Test func aSiteThatChangesItsShapeOrBecomesDataIsNamed() throws {
    let wide = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      let count = x.scalar > 1.2 ? 3 : 2
      p.sample("y", Normal(x, Tensor.ones([count])), observed: .ones([count]))
    }
    let shaped = try change(wide)
    #expect(
      shaped.change == SiteChange(site: "y", place: "model", kind: .shape(from: [2], to: [3])))
    #expect(
      shaped.change.description.hasPrefix(
        "site \"y\": has shape [3] in this run of the model and had [2] in the first; "))

    let switching = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.sample("y", Normal(x, 0.5), observed: 2)
      if x.scalar > 1.2 { p.factor("z", 0) } else { p.deterministic("z", 0) }
    }
    let other = try change(switching)
    #expect(other.change == SiteChange(site: "z", place: "model", kind: .becameAnother))
    #expect(
      other.change.description.hasPrefix(
        "site \"z\": is of another kind in this run of the model than in the first; "))
  }

  @Test func aGuideThatChangesIsNamed() throws {
    let model = Model<Void> { p in p.sample("x", Normal(2, 1)) }
    let guide = Model<Void> { p in
      let x = p.sample("x", Normal(p.parameter("place", initially: 0), 0.5))
      if x.scalar > 1.2 { p.parameter("late", initially: 0) }
    }
    let changed = try #require(throws: ChangedSites.self) {
      try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.05))
        .run(steps: 500, key: RandomKey(0), progress: .silent)
    }
    #expect(changed.change == SiteChange(site: "late", place: "guide", kind: .appeared))
  }

  @Test func aBranchThatKeepsItsSitesIsNoChange() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.sample("y", Normal(x.scalar > 0.2 ? x : x + 0, 0.5), observed: 2)
    }
    let fit = try SVI(model, guide: AutoNormal(model), optimizer: Adam(learningRate: 0.05))
      .run(steps: 30, key: RandomKey(0), progress: .silent)
    #expect(fit.records.count == 30 && !fit.reads.isEmpty)
  }

  @Test func aSearchThatMeetsOtherSitesEnds() throws {
    let model = model(edge: 1.2) { p in p.deterministic("late", 1) }
    let svi = SVI(
      model, guide: AutoDelta(model, initialization: .values(["x": 0])),
      optimizer: SGD(learningRate: 1))
    #expect(
      throws: InferenceError.sitesChanged(
        SiteChange(site: "late", place: "model", kind: .appeared))
    ) { try svi.minimized(key: RandomKey(0)) }
  }

  @Test func drawsOfOtherSitesAreNamed() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      if x.scalar > 0 { p.sample("up", Normal(0, 1)) } else { p.sample("down", Normal(0, 1)) }
    }
    let error = #expect(throws: InferenceError.self) {
      try Predictive(model, draws: 50)(key: RandomKey(0), pool: .serial)
    }
    guard case .sitesChanged(let change) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(["up", "down"].contains(change.site) && change.kind == .appeared)

    let growing = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      p.deterministic("z", .ones([x.scalar > 0 ? 2 : 3]))
    }
    #expect(throws: InferenceError.self) {
      try Predictive(growing, draws: 50)(key: RandomKey(0), pool: .serial)
    }
  }

  @Test func theOrderOfTheSitesMayChange() throws {
    let model = Model<Void> { p in
      let x = p.sample("x", Normal(0, 1))
      for name in x.scalar > 0 ? ["a", "b"] : ["b", "a"] {
        p.deterministic(name, name == "a" ? 1 : 2)
      }
    }
    let draws = try Predictive(model, draws: 50)(key: RandomKey(0), pool: .serial)
    #expect(draws["a"].scalars == Array(repeating: 1, count: 50))
    #expect(draws["b"].scalars == Array(repeating: 2, count: 50))
  }
}
