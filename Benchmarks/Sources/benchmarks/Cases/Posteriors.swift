import ArgumentParser
import Foundation
import Inference
import PPL
import Plugins
import PosteriorModels
import SpatialExtremes

/// A posterior that samplers race on, by name; `peers/samplers` has the same densities in other programs.
struct SampledPosterior: Sendable {
  let name: String
  /// The sites whose draws are compared, by the names that the peers have for them.
  let parameters: [(site: String, name: String)]
  /// The posterior and the rule for the start, from a file of data, or from a folder for the panel.
  let problem: @Sendable (_ data: URL) throws -> (Model<Void>, Initialization)

  /// A posterior of posteriordb.
  private init(_ name: String, _ parameters: [String], _ model: PosteriorModel) {
    (self.name, self.parameters) = (name, parameters.map { ($0, $0) })
    problem = { file in
      let arrays = try arrays(file)
      return (model.conditioned(on: .init { arrays[$0] }), .uniform())
    }
  }

  private init(
    _ name: String, _ parameters: [(String, String)],
    problem: @escaping @Sendable (URL) throws -> (Model<Void>, Initialization)
  ) {
    (self.name, self.parameters, self.problem) = (name, parameters, problem)
  }

  static let all = [
    SampledPosterior("eight-schools", ["mu", "tau", "theta_trans"], .eightSchools),
    SampledPosterior("kidscore-interaction", ["beta", "sigma"], .kidInteractionUnscaled),
    SampledPosterior("nes1980", ["beta", "sigma"], .nes1980),
    SampledPosterior("arK", ["alpha", "beta", "sigma"], .autoregression),
    SampledPosterior("gp-regr", ["rho", "alpha", "sigma"], .gaussianProcess),
    SampledPosterior("gauss-mix", ["mu", "sigma", "theta"], .mixture),
    SampledPosterior(
      "panel",
      [
        ("k_mu.variance", "mv"), ("k_mu.lengthscale", "ml"), ("k_beta.variance", "bv"),
        ("k_beta.lengthscale", "bl"), ("mu0", "mu0"), ("beta0", "beta0"), ("log_sigma", "ls"),
        ("xi", "xi"), ("mu_field", "mu_field"), ("beta_field", "beta_field"),
      ]
    ) { folder in
      let command = ExtremesCommand<GEVMultiplicative>()
      let options = try ExtremesOptions<GEVMultiplicative>.parse(["--prior-beta-lengthscale", "2"])
      let problem = try command.problem(options, in: folder.path)
      return (problem.posterior, problem.start ?? .uniform())
    },
  ]
}

/// The numbers and lists of numbers of a JSON object.
private func arrays(_ file: URL) throws -> [String: Tensor] {
  let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
  return (object ?? [:]).compactMapValues { value in
    if let list = value as? [Double] { return Tensor(list) }
    return (value as? Double).map { Tensor($0) }
  }
}

extension SampledPosterior: ExpressibleByArgument {
  init?(argument: String) {
    guard let found = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = found
  }
  static var allValueStrings: [String] { all.map(\.name) }
}
