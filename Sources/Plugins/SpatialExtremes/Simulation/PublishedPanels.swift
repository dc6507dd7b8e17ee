import Distributions
import Foundation
import Inference
import Kernels
import PPL
import SpainSynthetic

extension GEVMultiplicative: PublishedTruth {
  /// The panel of notebook 02, the embedded example.
  static func publishedPanel() throws -> SimulatedPanel {
    var recipe = try NotebookRecipe.xtremax()
    let keys = recipe.keys(2)
    let mu = recipe.field(4, 2, keys[0])
    let beta = recipe.field(0.25, 3, keys[1]).map { 1.2 + $0 }
    let (mu0, sigma, xi) = (SpainSynthetic.mu0, SpainSynthetic.sigma, SpainSynthetic.xi)
    return recipe.panel(
      recipe.location(mu0, mu, rate: beta), Tensor(sigma), Tensor(xi),
      at: recipe.uniforms(recipe.keys(1)[0]), [("mu0", mu0), ("sigma", sigma), ("xi", xi)],
      [("mu", mu), ("beta", beta)])
  }
}

extension GEVAdditive: PublishedTruth {
  /// The panel of notebook 01.
  static func publishedPanel() -> SimulatedPanel {
    var recipe = NotebookRecipe.corners()
    let keys = recipe.keys(2)
    let mu = recipe.field(4, 2, keys[0])
    let residual = recipe.trend(0.02, 0.25, keys[1])
    let tau = zip(recipe.warming, residual).map { 1.5 * $0 + $1 }
    return recipe.panel(
      recipe.location(35, mu, shared: tau), 1.8, 0.12, at: recipe.uniforms(recipe.keys(1)[0]),
      [("mu0", 35), ("beta", 1.5), ("sigma", 1.8), ("xi", 0.12)], [("mu", mu)])
  }
}

/// The fields of notebooks 03 and 04, with keys of their own.
private func fourFields(_ recipe: inout NotebookRecipe) -> [(String, [Double])] {
  let keys = recipe.keys(4)
  return [
    ("mu", recipe.field(4, 2, keys[0])),
    ("beta", recipe.field(0.25, 3, keys[1]).map { 1.2 + $0 }),
    ("sigma", recipe.field(0.05, 3, keys[2]).map { exp(log(1.8) + $0) }),
    ("xi", recipe.field(0.003, 3, keys[3]).map { 0.12 + $0 }),
  ]
}

/// The panel with these fields at some uniform numbers.
private func panelOfFields(
  _ recipe: NotebookRecipe, _ fields: [(String, [Double])], at u: Tensor,
  _ parameters: [(String, Double)] = []
) -> SimulatedPanel {
  func column(_ index: Int) -> Tensor { Tensor(fields[index].1).expandingDimension(at: 1) }
  return recipe.panel(
    recipe.location(35, fields[0].1, rate: fields[1].1), column(2), column(3), at: u,
    [("mu0", 35)] + parameters, fields)
}

extension GEVNonstationary: PublishedTruth {
  /// The panel of notebook 03.
  static func publishedPanel() -> SimulatedPanel {
    var recipe = NotebookRecipe.corners()
    let fields = fourFields(&recipe)
    return panelOfFields(recipe, fields, at: recipe.uniforms(recipe.keys(1)[0]))
  }
}

extension GEVCopula: PublishedTruth {
  /// The panel of notebook 04.
  static func publishedPanel() throws -> SimulatedPanel {
    var recipe = try NotebookRecipe.xtremax()
    let fields = fourFields(&recipe)
    let (c0, c1, c2) = (0.5, 0.5, 4.0)
    let priors = Priors.published
    let copula = GaussianCopula(short: priors.priorC1, long: priors.priorC2)
    let truth = Draws(
      count: 1,
      sites: [("c0", c0), ("c1", c1), ("c2", c2)].map { ($0.0, Tensor([$0.1])) })
    let scores = copula.scores(
      NotebookRecipe.years.count, truth, at: recipe.coordinates, key: recipe.keys(1)[0])
    let u = normalCDF(scores[0].transposed())
    return panelOfFields(
      recipe, fields, at: minimum(maximum(u, 1e-6), 1 - 1e-6),
      [("c0", c0), ("c1", c1), ("c2", c2)])
  }
}
