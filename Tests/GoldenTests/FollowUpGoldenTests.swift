import Inference
import Kernels
import PPL
import TestSupport
import Testing

@testable import SpatialExtremes

private let file = "followups.json"
private let content = Result { try Reference.json(file) }

/// Three relatives of the multiplicative model, against NumPyro.
@Suite(.needs(file)) struct FollowUpGoldenTests {
  private let additive: FollowUp<GEVAdditive>
  private let nonstationary: FollowUp<GEVNonstationary>
  private let copula: FollowUp<GEVCopula>

  init() throws {
    let json = try content.get()
    additive = try FollowUp(try json.at("nb01_additive"))
    nonstationary = try FollowUp(try json.at("nb03_nonstationary"))
    copula = try FollowUp(try json.at("nb04_copula"))
  }

  @Test func dataAreThoseOfTheNotebooks() throws {
    func expectMean(_ notebook: FollowUp<some ExtremesModel>) throws {
      let data = notebook.model.data
      expectClose(
        [data.maxima.mean().scalar], [try notebook.json.number("y_mean")], relative: 1e-14)
    }
    try expectMean(additive)
    try expectMean(nonstationary)
    try expectMean(copula)
  }

  @Test func additiveModelAgreesInDensityAndGradient() throws { try expectDensities(additive) }

  @Test func nonstationaryModelAgreesInDensityAndGradient() throws {
    try expectDensities(nonstationary)
  }

  @Test func copulaModelAgreesInDensityAndGradient() throws { try expectDensities(copula) }

  private func expectDensities(_ notebook: FollowUp<some ExtremesModel>) throws {
    let logJoint = try LogJoint(notebook.model.posterior)
    let points = try notebook.json.at("densities").elements
    #expect(!points.isEmpty)
    for point in points { try logJoint.expectAgreement(with: point) }
  }

  /// The correlation of the copula, where the notebook shows it: at its truth.
  @Test func correlationOfTheCopulaAgrees() throws {
    let places = copula.model.data.coordinates
    let range = distance(places, places).scalars.filter { $0 > 1e-9 }
    let printed = try copula.json.at("printed")
    expectClose(
      [range.min() ?? .nan, range.max() ?? .nan], try printed.at("dist_range").doubles,
      relative: 1e-12)
    let R = copula.model.correlation(0.5, 0.5, 4)
    expectClose(R[0], try copula.json.tensor("R_truth_row0"), relative: 1e-9)
    // The smallest eigenvalue is where R - x I ceases to have a Cholesky factor.
    let least = try printed.number("min_eig_R")
    let identity = Tensor.identity(R.shape[0])
    #expect(isFinite(cholesky(R - Tensor(least - 1e-9) * identity)).all().scalar == 1)
    #expect(isFinite(cholesky(R - Tensor(least + 1e-9) * identity)).all().scalar == 0)
  }

  // MARK: Fits

  @Test func additiveFitPrintsTheSameNumbers() throws {
    let fit = try Fit(additive, steps: 5000, predicting: ["sigma"])
    try fit.expectLoss()
    // The notebook has its parameters from draws of the guide, and sigma from predictions.
    for (name, source) in [
      ("mu0", fit.draws), ("beta", fit.draws), ("sigma", fit.predictions), ("xi", fit.draws),
    ] {
      let (values, expected) = (source[name], try fit.printed.at(name))
      expectClose([values.mean().scalar], [try expected.number("mean")], relative: 1e-8, name)
      expectClose(
        [values.standardDeviation(along: [0]).scalar], [try expected.number("sd")], relative: 1e-8,
        name)
    }
  }

  @Test func nonstationaryFitPrintsTheSameNumbers() throws {
    let fit = try Fit(
      nonstationary, steps: 8000,
      predicting: ["mu_field", "beta_field", "sigma_field", "xi_field"])
    try fit.expectLoss()
    try fit.expectMeans(["mu0", "beta0", "xi0"])
    try fit.expectScale()
    for (name, correlation) in try fit.printed.at("corr").members {
      let field = fit.predictions["\(name)_field"].mean(along: [0]).reshaped(to: [-1])
      let truth = try nonstationary.json.tensor("\(name)_truth")
      expectClose([pearson(field, truth)], correlation.doubles, relative: 1e-8, name)
    }
  }

  @Test func copulaFitPrintsTheSameNumbers() throws {
    let fit = try Fit(copula, steps: 8000, predicting: ["sigma_field"])
    try fit.expectLoss()
    try fit.expectMeans(["mu0", "beta0", "xi0", "c0", "c1", "c2"])
    try fit.expectScale()
  }

  @Test func startsAreThoseOfTheNotebooks() {
    let flat = Array(repeating: 0.0, count: 40)
    let fields = ["mu_s_u": flat, "beta_tilde_u": flat, "sig_r_u": flat, "xi_r_u": flat]
    func expectStart(_ model: some ExtremesModel, _ others: [String: [Double]]) {
      let expected = others.merging(["mu0": [model.data.meanMaximum]]) { $1 }
      #expect(model.start.mapValues(\.scalars) == expected)
    }
    expectStart(additive.model, ["beta": [1], "log_sigma": [log(2).scalar], "xi": [0.1]])
    let stations = fields.merging(["beta0": [1], "logsig0": [log(1.8).scalar], "xi0": [0.1]]) { $1 }
    expectStart(nonstationary.model, stations)
    expectStart(copula.model, stations.merging(["c0": [0.5], "c1": [1], "c2": [2]]) { $1 })
  }

  private func pearson(_ x: Tensor, _ y: Tensor) -> Double {
    let (dx, dy) = (x - x.mean(), y - y.mean())
    return (dx * dy).sum().scalar / (square(dx).sum() * square(dy).sum()).scalar.squareRoot()
  }
}

/// A fit as the notebooks make them, and what they print of it.
private struct Fit {
  let losses: [Double]
  let draws, predictions: Draws
  let printed: JSONValue

  init(
    _ notebook: FollowUp<some ExtremesModel>, steps: Int, predicting sites: Set<String>
  ) throws {
    let model = notebook.model
    let svi = SVI(
      model.posterior,
      guide: AutoNormal(model.posterior, initialization: .values(model.start), scale: 0.1),
      optimizer: ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3)))
    let fit = try svi.run(steps: steps, key: RandomKey(0), progress: .silent)
    losses = fit.losses
    draws = try fit.draws(600, key: RandomKey(4))
    predictions = try fit.predictions(model.model, 600, key: RandomKey(3), sites: sites)
    printed = try notebook.json.at("printed")
  }

  /// The mean of the last losses; one that is infinite makes it so in both.
  func expectLoss() throws {
    let last = losses.suffix(500)
    expectClose(
      [last.reduce(0, +) / Double(last.count)], [try printed.number("final_loss_mean500")],
      relative: 1e-9)
  }

  func expectMeans(_ names: [String]) throws {
    for name in names {
      expectClose([draws[name].mean().scalar], [try printed.number(name)], relative: 1e-8, name)
    }
  }

  /// The scale of the distribution is printed as the exponential of a mean.
  func expectScale() throws {
    expectClose(
      [exp(draws["logsig0"].mean()).scalar], [try printed.number("sigma0")], relative: 1e-8)
  }
}

/// The numbers of one notebook, and its model with its data.
private struct FollowUp<M: ExtremesModel>: Sendable {
  let json: JSONValue
  let model: M

  init(_ json: JSONValue) throws {
    self.json = json
    let places = try json.tensor("stations")  // [S, 2], degrees
    let (longitudes, latitudes) = (places[.all, .at(0)].scalars, places[.all, .at(1)].scalars)
    let covariate = try json.tensor("gmst").scalars
    model = try M(
      StationMaxima(
        stations: zip(longitudes, latitudes).enumerated().map {
          .init(id: "\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
        }, years: Array(1985..<(1985 + covariate.count)), covariate: covariate,
        maxima: try json.tensor("y").scalars))
  }
}
