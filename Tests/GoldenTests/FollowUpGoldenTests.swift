import Inference
import PPL
import TestSupport
import Testing

private let file = "followups.json"
private let content = Result { try Reference.json(file) }

/// Three relatives of the multiplicative model, against NumPyro.
@Suite(.needs(file)) struct FollowUpGoldenTests {
  private let additive, nonstationary, copula: FollowUp

  init() throws {
    let json = try content.get()
    additive = try FollowUp(try json.at("nb01_additive"))
    nonstationary = try FollowUp(try json.at("nb03_nonstationary"))
    copula = try FollowUp(try json.at("nb04_copula"))
  }

  @Test func dataAreThoseOfTheNotebooks() throws {
    for data in [additive, nonstationary, copula] {
      expectClose([data.y.mean().scalar], [try data.json.number("y_mean")], relative: 1e-14)
    }
  }

  @Test func additiveModelAgreesInDensityAndGradient() throws {
    try expectDensities(additive, additive.additiveModel)
  }

  @Test func nonstationaryModelAgreesInDensityAndGradient() throws {
    try expectDensities(nonstationary, nonstationary.nonstationaryModel(hasCopula: false))
  }

  @Test func copulaModelAgreesInDensityAndGradient() throws {
    try expectDensities(copula, copula.nonstationaryModel(hasCopula: true))
  }

  private func expectDensities(_ data: FollowUp, _ model: Model<Tensor>) throws {
    let logJoint = try LogJoint(model.conditioned(on: ["y": data.y]))
    let points = try data.json.at("densities").elements
    #expect(!points.isEmpty)
    for point in points { try logJoint.expectAgreement(with: point) }
  }

  /// The correlation of the copula, where the notebook shows it: at its truth.
  @Test func correlationOfTheCopulaAgrees() throws {
    let range = copula.distances.scalars.filter { $0 > 1e-9 }
    let printed = try copula.json.at("printed")
    expectClose(
      [range.min() ?? .nan, range.max() ?? .nan], try printed.at("dist_range").doubles,
      relative: 1e-12)
    let R = copula.correlation(0.5, 0.5, 4)
    expectClose(R[0], try copula.json.tensor("R_truth_row0"), relative: 1e-9)
    // The smallest eigenvalue is where R - x I ceases to have a Cholesky factor.
    let least = try printed.number("min_eig_R")
    let identity = Tensor.identity(R.shape[0])
    #expect(isFinite(cholesky(R - Tensor(least - 1e-9) * identity)).all().scalar == 1)
    #expect(isFinite(cholesky(R - Tensor(least + 1e-9) * identity)).all().scalar == 0)
  }

  // MARK: Fits

  @Test func additiveFitPrintsTheSameNumbers() throws {
    let start: [String: Tensor] = ["beta": 1, "log_sigma": log(2), "xi": 0.1]
    let fit = try Fit(
      additive, additive.additiveModel, start: start, steps: 5000, predicting: ["sigma"])
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
    let model = nonstationary.nonstationaryModel(hasCopula: false)
    let fit = try Fit(
      nonstationary, model, start: nonstationaryStart(nonstationary), steps: 8000,
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
    let start = nonstationaryStart(copula).merging(["c0": 0.5, "c1": 1, "c2": 2]) { $1 }
    let model = copula.nonstationaryModel(hasCopula: true)
    let fit = try Fit(
      copula, model, start: start, steps: 8000, predicting: ["sigma_field"])
    try fit.expectLoss()
    try fit.expectMeans(["mu0", "beta0", "xi0", "c0", "c1", "c2"])
    try fit.expectScale()
  }

  /// Fields start at 0: at random they leave the support.
  private func nonstationaryStart(_ data: FollowUp) -> [String: Tensor] {
    let flat = Tensor.zeros([data.y.shape[0]])
    return [
      "mu_s_u": flat, "beta_tilde_u": flat, "sig_r_u": flat, "xi_r_u": flat, "beta0": 1,
      "logsig0": log(1.8), "xi0": 0.1,
    ]
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
    _ data: FollowUp, _ model: Model<Tensor>, start: [String: Tensor], steps: Int,
    predicting sites: Set<String>
  ) throws {
    let posterior = model.conditioned(on: ["y": data.y])
    let start = start.merging(["mu0": data.y.mean()]) { $1 }
    let svi = SVI(
      posterior, guide: AutoNormal(posterior, initialization: .values(start), scale: 0.1),
      optimizer: ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3)))
    let fit = try svi.run(steps: steps, key: RandomKey(0), progress: .silent)
    losses = fit.losses
    draws = try fit.draws(600, key: RandomKey(4))
    predictions = try fit.predictions(
      model, 600, key: RandomKey(3),
      sites: sites)
    printed = try data.json.at("printed")
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

  /// The scale of the law is printed as the exponential of a mean.
  func expectScale() throws {
    expectClose(
      [exp(draws["logsig0"].mean()).scalar], [try printed.number("sigma0")], relative: 1e-8)
  }
}
