import ArgumentParser
import Distributions
import Foundation
import Inference
import PPL
import Plugins
import SpatialExtremes

/// A posterior that samplers race on, by name; `peers/samplers` has the same densities in other programs.
struct SampledPosterior: Sendable {
  let name: String
  /// The sites whose draws are compared, by the names that the peers have for them.
  let parameters: [(site: String, name: String)]
  /// The posterior and the rule for the start, from a file of data, or from a folder for the panel.
  let problem: @Sendable (_ data: URL) throws -> (Model<Void>, Initialization)

  /// A posterior of posteriordb.
  private init(
    _ name: String, _ parameters: [String],
    _ model: @escaping @Sendable ([String: Tensor]) -> Model<Void>
  ) {
    (self.name, self.parameters) = (name, parameters.map { ($0, $0) })
    problem = { (model(try arrays($0)), .uniform()) }
  }

  private init(
    _ name: String, _ parameters: [(String, String)],
    problem: @escaping @Sendable (URL) throws -> (Model<Void>, Initialization)
  ) {
    (self.name, self.parameters, self.problem) = (name, parameters, problem)
  }

  static let all = [
    SampledPosterior("eight-schools", ["mu", "tau", "theta_trans"]) { data in
      let (y, error) = (data["y"]!, data["sigma"]!)
      return Model { p in
        let mu = p.sample("mu", Normal(0, 5))
        let tau = p.sample("tau", HalfCauchy(5))
        p.plate("school", y.count) { p in
          let standard = p.sample("theta_trans", Normal(0, 1))
          p.sample("y", Normal(mu + tau * standard, error), observed: y)
        }
      }
    },
    SampledPosterior("kidscore-interaction", ["beta", "sigma"]) { data in
      let (school, iq) = (data["mom_hs"]!, data["mom_iq"]!)
      return regression(data["kid_score"]!, [school, iq, school * iq], HalfCauchy(2.5))
    },
    SampledPosterior("nes1980", ["beta", "sigma"]) { data in
      let ages: [Tensor] = [2, 3, 4].map { data["age_discrete"]! .== $0 }
      return regression(
        data["partyid7"]!,
        [data["real_ideo"]!, data["race_adj"]!] + ages
          + ["educ1", "gender", "income"].map { data[$0]! }, ImproperUniform(.positive))
    },
    SampledPosterior("arK", ["alpha", "beta", "sigma"]) { data in
      let y = data["y"]!
      let lags = stack((1...5).map { y[.range(5 - $0..<y.count - $0)] }, along: 1)
      return Model { p in
        let alpha = p.sample("alpha", Normal(0, 10))
        let beta = p.sample("beta", Normal(.zeros([5]), 10).toEvent(1))
        let sigma = p.sample("sigma", HalfCauchy(2.5))
        p.sample(
          "y", Normal(alpha + matmul(lags, beta), sigma).toEvent(1),
          observed: y[.range(5..<y.count)])
      }
    },
    SampledPosterior("gp-regr", ["rho", "alpha", "sigma"]) { data in
      let (x, y) = (data["x"]!, data["y"]!)
      let distances = square(x.expandingDimension(at: 1) - x)
      return Model { p in
        let rho = p.sample("rho", Gamma(shape: 25, rate: 4))
        let alpha = p.sample("alpha", HalfNormal(2))
        let sigma = p.sample("sigma", HalfNormal(1))
        let gram = square(alpha) * exp(-0.5 * distances / square(rho))
        p.sample(
          "y",
          MultivariateNormal(
            .zeros([x.count]), covariance: gram + sigma * .identity(x.count)), observed: y)
      }
    },
    SampledPosterior("gauss-mix", ["mu", "sigma", "theta"]) { data in
      let y = data["y"]!
      return Model { p in
        let mu = p.sample("mu", ImproperUniform(.orderedVector, eventShape: [2]))
        p.factor("prior of mu", Normal(0, 2).logProb(mu).sum())
        let sigma = p.sample("sigma", HalfNormal(2).expanded(to: [2]).toEvent(1))
        let theta = p.sample("theta", Beta(5, 5))
        let choice = Categorical(probabilities: stack([theta, 1 - theta]))
        p.plate("row", y.count) { p in
          p.sample("y", MixtureSameFamily(choice, Normal(mu, sigma)), observed: y)
        }
      }
    },
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

/// `y ~ Normal(b[0] + b[1] columns[0] + …, sigma)`, `b` flat.
private func regression(
  _ y: Tensor, _ columns: [Tensor], _ noise: some Distribution
) -> Model<Void> {
  let x = stack([.ones(y.shape)] + columns, along: 1)
  return Model { p in
    let beta = p.sample("beta", ImproperUniform(.realVector, eventShape: [1 + columns.count]))
    let sigma = p.sample("sigma", noise)
    p.sample("y", Normal(matmul(x, beta), sigma).toEvent(1), observed: y)
  }
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
