import Distributions
import PPL

/// A model of posteriordb; sites are named as in `MODELS.md` there.
public struct PosteriorModel: Sendable, CustomStringConvertible {
  /// The columns and constants of a data set, by name.
  public struct Columns: Sendable {
    private let find: @Sendable (String) -> Tensor?

    /// The columns that a function finds.
    ///
    /// - Parameter find: The column of a name; nil where there is none.
    public init(_ find: @escaping @Sendable (String) -> Tensor?) { self.find = find }

    /// The column of this name; empty where there is none, so that no shape fits.
    public subscript(name: String) -> Tensor { find(name) ?? Tensor([]) }
  }

  /// The name in posteriordb, of the data set and of the model.
  public let name: String
  /// The name of the data set.
  public let dataset: String
  private let make: @Sendable (Columns) -> Model<Void>

  init(
    _ dataset: String, _ model: String, _ make: @escaping @Sendable (Columns) -> Model<Void>
  ) {
    (name, self.dataset, self.make) = ("\(dataset)-\(model)", dataset, make)
  }

  /// The model conditioned on its data.
  public func conditioned(on columns: Columns) -> Model<Void> { make(columns) }

  public var description: String { name }
}

extension PosteriorModel {
  /// The effects of coaching in eight schools, non-centred.
  public static let eightSchools = PosteriorModel("eight_schools", "eight_schools_noncentered") {
    data in
    let (y, sigma) = (data["y"], data["sigma"])
    return Model { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let standard = p.sample("theta_trans", Normal(0, 1))
        let theta = p.deterministic("theta", mu + tau * standard)
        p.sample("y", Normal(theta, sigma), observed: y)
      }
    }
  }

  /// A squared exponential kernel; the statement has `sigma`, not its square, on the diagonal.
  public static let gaussianProcess = PosteriorModel("gp_pois_regr", "gp_regr") { data in
    let (x, y) = (data["x"], data["y"])
    let distances = square(x.expandingDimension(at: 1) - x)
    return Model { p in
      let rho = p.sample("rho", Gamma(shape: 25, rate: 4))
      let alpha = p.sample("alpha", HalfNormal(2))
      let sigma = p.sample("sigma", HalfNormal(1))
      let gram = square(alpha) * exp(-0.5 * distances / square(rho))
      let covariance = gram + sigma * .identity(x.count)
      p.sample("y", MultivariateNormal(.zeros([x.count]), covariance: covariance), observed: y)
    }
  }

  /// Two normals; which of them a row comes from is summed out.
  public static let mixture = PosteriorModel("low_dim_gauss_mix", "low_dim_gauss_mix") { data in
    let y = data["y"]
    return Model { p in
      let mu = p.sample("mu", ImproperUniform(.orderedVector, eventShape: [2]))
      p.factor("prior of mu", Normal(0, 2).logProb(mu).sum())
      let sigma = p.sample("sigma", HalfNormal(2).expanded(to: [2]).toEvent(1))
      let theta = p.sample("theta", Beta(5, 5))
      let choice = Categorical(probabilities: stack([theta, 1 - theta]))
      p.plate("row", y.count) { p in
        _ = p.sample("y", MixtureSameFamily(choice, Normal(mu, sigma)), observed: y)
      }
    }
  }

  /// A line through years about 4000: intercept and slope are all but one number.
  public static let farFromTheOrigin = PosteriorModel("kilpisjarvi_mod", "kilpisjarvi") { data in
    let (x, y) = (data["x"], data["y"])
    let priors = (
      Normal(data["pmualpha"], data["psalpha"]), Normal(data["pmubeta"], data["psbeta"])
    )
    return Model { p in
      let alpha = p.sample("alpha", priors.0)
      let beta = p.sample("beta", priors.1)
      let sigma = p.sample("sigma", ImproperUniform(.positive))
      p.plate("row", y.count) { p in
        _ = p.sample("y", Normal(alpha + beta * x, sigma), observed: y)
      }
    }
  }

  /// All 21 posteriors.
  public static let all: [PosteriorModel] =
    [eightSchools, gaussianProcess, mixture, farFromTheOrigin] + regressions + series
}
