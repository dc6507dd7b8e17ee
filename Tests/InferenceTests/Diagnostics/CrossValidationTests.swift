import Distributions
import Foundation
import PPL
import TestSupport
import Testing

@testable import Inference

/// Leave-one-out cross-validation and comparisons against ArviZ (`Tests/Reference/make_diagnostics.py`), and folds against exact
/// predictive densities.
struct CrossValidationTests {
  /// A stored fit of ArviZ's.
  private struct Stored {
    let json: JSONValue
    func numbers(_ key: String) -> Tensor { json[key].map { Tensor($0) } ?? Tensor(0) }
    func number(_ key: String) -> Double { json[key]?.double ?? .nan }
    /// The draws of all chains as one axis, the first chain first.
    func draws(_ key: String) -> Tensor {
      let x = numbers(key)
      return x.reshaped(to: [x.shape[0] * x.shape[1]] + x.shape.dropFirst(2))
    }
    var posterior: Inference.Posterior {
      get throws {
        let sites = ["mu", "log_sigma"].map { ($0, draws($0)) }
        return try Inference.Posterior(
          Draws(count: sites[0].1.count, sites: sites), chains: 2, origin: .init(method: "stored"))
      }
    }
    /// A model whose observed site has the stored log likelihood at each stored draw.
    var names: [String] { (0..<9).map { "y[\($0)]" } }
  }
  private var stored: [String: Stored] {
    get throws {
      let fits = try #require(Reference.json("model_comparison.json")["loo"]).elements
      return Dictionary(
        uniqueKeysWithValues: fits.map { ($0["name"]?.string ?? "", Stored(json: $0)) })
    }
  }

  @Test func leaveOneOutIsThatOfArviZ() throws {
    for (name, fit) in try stored {
      let efficiency = try fit.posterior.meanRelativeEfficiency
      let loo = try CrossValidation(
        logLikelihood: fit.draws("log_likelihood"), names: fit.names,
        relativeEfficiency: efficiency)
      // Sums in another order differ in the last digits.
      expectClose(loo.pointwise, fit.numbers("pointwise").scalars, relative: 1e-9)
      expectClose(loo.khats, fit.numbers("khat").scalars, relative: 1e-8)
      expectClose(
        [loo.elpd, loo.standardError, loo.effectiveParameters ?? .nan, loo.threshold],
        ["elpd", "se", "p_loo", "good_k"].map(fit.number), relative: 1e-9)
      let given = try CrossValidation(
        logLikelihood: fit.draws("log_likelihood"), names: fit.names, relativeEfficiency: 0.7)
      expectClose([given.elpd], [fit.number("elpd_at_0.7")], relative: 1e-9)
      #expect(loo.unreliablePoints == loo.khats.indices.filter { loo.khats[$0] > loo.threshold })
      for point in loo.unreliablePoints {
        #expect(loo.description.contains("\(fit.names[point]) "), "\(name)")
      }
      // The transforms of the stored predictions.
      let columns = try pointColumns(fit.draws("predicted"), names: fit.names)
      let densities = try pointColumns(fit.draws("log_likelihood"), names: fit.names)
      let found = (0..<9).map { i in
        leaveOneOutPIT(
          fit.numbers("y").scalars[i], predicted: columns[i][...],
          LeftOut(densities[i], efficiency).smoothing.weights, 0.5)
      }
      expectClose(found, fit.numbers("pit").scalars, relative: 1e-9)
    }
  }

  @Test func comparisonsAreThoseOfArviZ() throws {
    let fits = try stored
    let loos = try fits.mapValues {
      try CrossValidation(
        logLikelihood: $0.draws("log_likelihood"), names: $0.names,
        relativeEfficiency: $0.posterior.meanRelativeEfficiency)
    }
    let table = try ModelComparison(loos)
    for (place, row) in table.rows.enumerated() {
      let fit = try #require(fits[row.name])
      #expect(Double(place) == fit.number("rank"))
      #expect(abs(row.difference - fit.number("elpd_diff")) < 1e-8)
      #expect(abs(row.differenceError - fit.number("dse")) < 1e-8)
      // ArviZ's SLSQP ends where the score changes by less than 1e-6, the weights by some 1e-3.
      #expect(abs(row.weight - fit.number("weight")) < 2e-3, "\(row.name): \(row.weight)")
    }
    func score(_ weights: [Double]) -> Double {
      (0..<9).reduce(0) { sum, i in
        sum
          + log(zip(table.rows, weights).reduce(0) { $0 + $1.1 * exp($1.0.estimate.pointwise[i]) })
      }
    }
    let own = score(table.rows.map(\.weight))
    let other = score(table.rows.map { fits[$0.name]?.number("weight") ?? .nan })
    #expect(own >= other - 1e-12 && own - other < 1e-6)
    #expect(abs(table.rows.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
    #expect(table["student"]?.difference == 0 && table["none"] == nil)
    #expect(table.description.split(separator: "\n").count == 4)
    #expect(table.description.contains("student  -21.08"))
  }

  @Test func aModelThatIsNowhereBetterHasNoWeight() {
    let weights = stackingWeights([[-1, -2, -1.5], [-1.1, -2.4, -1.6]])
    #expect(abs(weights[0] - 1) < 1e-6)
    #expect(stackingWeights([[-1, -2]]) == [1])
    // Two models that predict one half of the points each share the weight.
    let halves = stackingWeights([[-1, -9], [-9, -1]])
    #expect(abs(halves[0] - 0.5) < 1e-12)
  }

  // MARK: Models

  /// Normal data about an unknown mean with a flat prior; the predictive distribution of a point given the others is
  /// Normal(mean of the others, √(1 + 1 / (N - 1))).
  private let y = [0.3, -0.8, 1.4, 0.9, -0.2, 0.5]
  private var model: Model<Void> {
    let y = Tensor(y)
    return Model { p in
      let mu = p.sample("mu", Normal(0, 1_000))
      p.plate("row", 6) { p in _ = p.sample("y", Normal(mu, 1), observed: y) }
    }
  }
  private func posterior(of data: [Double], draws: Int, _ key: RandomKey) -> Draws {
    let mean = data.reduce(0, +) / Double(data.count)
    let sd = (1 / Double(data.count)).squareRoot()
    return Draws(count: draws, sites: [("mu", Tensor(mean) + Tensor(sd) * key.normal([draws]))])
  }
  private func exact(_ left: Int) -> Normal {
    let others = y.indices.filter { $0 != left }.map { y[$0] }
    return Normal(Tensor(others.reduce(0, +) / 5), Tensor((1 + 1 / 5.0).squareRoot()))
  }

  @Test func leaveOneOutOfConjugateNormalsIsExact() throws {
    let draws = posterior(of: y, draws: 8_000, RandomKey(0))
    let fitted = try Inference.Posterior(draws, origin: .init(method: "exact"))
    let loo = try fitted.loo(model)
    #expect(loo.names == (0..<6).map { "y[\($0)]" } && loo.unreliablePoints.isEmpty)
    let pit = try fitted.looPIT(model, of: "y", key: RandomKey(1))
    for (i, value) in y.enumerated() {
      // The Monte Carlo error of 8,000 draws with weights of variance below 1 is about 0.01; four of them.
      #expect(abs(loo.pointwise[i] - exact(i).logProb(Tensor(value)).scalar) < 0.04)
      #expect(abs(pit[i].value - exact(i).cdf(Tensor(value)).scalar) < 0.04)
    }
    #expect(pit.map(\.name) == loo.names)
    #expect(try fitted.loo(model, of: ["y"], pool: .serial) == loo)
    let text = loo.description
    #expect(
      text.hasPrefix("expected log predictive density -")
        && text.hasSuffix("6 points left out one by one, 8000 draws."))
  }

  @Test func foldsOfSingleElementsAreExactToo() throws {
    let folds = try model.kFold(plate: "row", folds: 6, key: RandomKey(2)) { held, fold in
      // The data that count in this fold.
      let site = try #require(try held.seeded(by: RandomKey(0)).trace()["y"])
      let mask = try #require(site.mask).scalars
      #expect(mask.reduce(0, +) == 5)
      return posterior(
        of: y.indices.filter { mask[$0] == 1 }.map { y[$0] }, draws: 8_000, RandomKey(UInt64(fold)))
    }
    #expect(folds.names == (0..<6).map { "row[\($0)]" } && folds.method == .folds(6))
    for (i, value) in y.enumerated() {
      #expect(abs(folds.pointwise[i] - exact(i).logProb(Tensor(value)).scalar) < 0.04)
    }
    #expect(folds.effectiveParameters == nil && folds.unreliablePoints.isEmpty)
    #expect(folds.description.hasSuffix("; 6 points left out in 6 folds."))
  }

  @Test func anElementOfAPlateIsPredictedWithAllItsData() throws {
    // Stations by years; a station is left out with its row of data.
    let data = Tensor([0.1, 0.4, -0.3, 1.2, 0.8, 1.1], shape: [2, 3])
    let model = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.plate("station", 2, dim: -2) { p in
        p.plate("year", 3, dim: -1) { p in _ = p.sample("y", Normal(mu, 1), observed: data) }
      }
    }
    let draws = Draws(count: 3, sites: [("mu", [0, 0.5, 1])])
    var left: [[Double]] = []
    let folds = try model.kFold(plate: "station", folds: 2, key: RandomKey(0)) { held, _ in
      let site = try #require(try held.seeded(by: RandomKey(0)).trace()["y"])
      left.append(try #require(site.mask).broadcast(to: [2, 3]).scalars)
      return draws
    }
    #expect(left.map { $0.reduce(0, +) } == [3, 3] && left[0] != left[1])
    let values = try draws.logLikelihood(of: "y", in: model)
    for station in 0..<2 {
      let sums = (0..<3).map { values[.at($0), .at(station)].sum().scalar }
      let expected = log(sums.reduce(0) { $0 + exp($1) } / 3)
      #expect(abs(folds.pointwise[station] - expected) < 1e-12)
    }
  }

  @Test func maskedPointsAreNoPoints() throws {
    let masked = Model<Void> { p in
      let mu = p.sample("mu", Normal(0, 1))
      p.plate("row", 3) { p in
        _ = p.sample(
          "y", Normal(mu, 1), observed: Tensor([0.3, .nan, 0.8]), mask: Tensor([1, 0, 1]))
      }
    }
    let posterior = try Inference.Posterior(
      Draws(count: 100, sites: [("mu", RandomKey(0).normal([100]))]),
      origin: .init(method: "prior"))
    #expect(try posterior.loo(masked).names == ["y[0]", "y[2]"])
    #expect(
      try posterior.looPIT(masked, of: "y", key: RandomKey(0)).map(\.name) == ["y[0]", "y[2]"])
  }

  @Test func whatCannotBeComparedIsSaid() throws {
    let one = try CrossValidation(logLikelihood: .zeros([4, 2]), names: ["a", "b"])
    let other = try CrossValidation(logLikelihood: .zeros([4, 1]), names: ["a"])
    let error = InferenceError.argument(
      of: "ModelComparison", found: "\"y\" and \"x\" have 1 and 2 points",
      requirement: "must have the same points in the same order")
    #expect(throws: InferenceError.self) { try ModelComparison(["x": one, "y": other]) }
    #expect(
      error.description
        == "ModelComparison: \"y\" and \"x\" have 1 and 2 points, but must have the same points in the same order."
    )
    #expect(throws: InferenceError.self) { try ModelComparison([:]) }
    #expect(throws: InferenceError.self) {
      try CrossValidation(logLikelihood: .zeros([4, 3]), names: ["a"])
    }
    #expect(throws: InferenceError.unknownSite("stations", known: ["row"])) {
      try model.kFold(plate: "stations", folds: 2, key: RandomKey(0)) { _, _ in
        Draws(count: 1, sites: [])
      }
    }
    for folds in [1, 7] {
      #expect(
        throws: InferenceError.argument(
          of: "kFold", found: "folds is \(folds)",
          requirement: "must be from 2 to 6, the elements of plate \"row\"")
      ) {
        try model.kFold(plate: "row", folds: folds, key: RandomKey(0)) { _, _ in
          Draws(count: 1, sites: [])
        }
      }
    }
  }
}
