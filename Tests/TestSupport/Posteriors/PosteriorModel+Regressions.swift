import Distributions
import PPL

extension PosteriorModel {
  /// `y ~ Normal(x beta, sigma)`, `beta` flat.
  ///
  /// - Parameters:
  ///   - columns: The columns of x after the intercept's.
  ///   - noise: The prior of `sigma`, by default flat.
  private static func linear(
    _ y: Tensor, _ columns: [Tensor], noise: any Distribution = ImproperUniform(.positive)
  ) -> Model<Void> {
    linear(
      y, stack([.ones(y.shape)] + columns, along: 1),
      beta: ImproperUniform(.realVector, eventShape: [1 + columns.count]),
      noise: noise)
  }

  private static func linear(
    _ y: Tensor, _ x: Tensor, beta: any Distribution, noise: any Distribution
  ) -> Model<Void> {
    Model { p in
      let beta = p.sample("beta", beta)
      let sigma = p.sample("sigma", noise)
      p.plate("row", y.count) { p in
        _ = p.sample("y", Normal(matmul(x, beta), sigma), observed: y)
      }
    }
  }

  private static func standardized(_ x: Tensor, deviations: Double = 1) -> Tensor {
    let centred = x - x.mean()
    let variance = square(centred).sum() / Tensor(Double(x.count - 1))
    return centred / (Tensor(deviations) * sqrt(variance))
  }

  /// Test scores of children by standardized predictors with their interaction.
  public static let kidInteraction = PosteriorModel("kidiq_with_mom_work", "kidscore_interaction_z")
  { data in
    let school = standardized(data["mom_hs"], deviations: 2)
    let iq = standardized(data["mom_iq"], deviations: 2)
    return linear(data["kid_score"], [school, iq, school * iq])
  }

  private static let kids: [PosteriorModel] = [
    kidInteraction,
    PosteriorModel("kidiq", "kidscore_momiq") {
      linear($0["kid_score"], [$0["mom_iq"]], noise: HalfCauchy(2.5))
    },
    PosteriorModel("kidiq", "kidscore_momhsiq") {
      linear($0["kid_score"], [$0["mom_hs"], $0["mom_iq"]], noise: HalfCauchy(2.5))
    },
    kidInteractionUnscaled,
  ]

  /// Test scores of children by predictors in their own units with their interaction.
  public static let kidInteractionUnscaled = PosteriorModel("kidiq", "kidscore_interaction") {
    let (school, iq) = ($0["mom_hs"], $0["mom_iq"])
    return linear($0["kid_score"], [school, iq, school * iq], noise: HalfCauchy(2.5))
  }

  /// Log earnings by standardized height and sex with their interaction.
  public static let earningsInteraction = PosteriorModel("earnings", "logearn_interaction_z") {
    data in
    let height = standardized(data["height"])
    return linear(log(data["earn"]), [height, data["male"], height * data["male"]])
  }

  private static let earnings: [PosteriorModel] = [
    earningsInteraction,
    PosteriorModel("earnings", "logearn_height") { linear(log($0["earn"]), [$0["height"]]) },
    PosteriorModel("earnings", "logearn_height_male") {
      linear(log($0["earn"]), [$0["height"], $0["male"]])
    },
  ]

  private static let mesquite: [PosteriorModel] = [
    PosteriorModel("mesquite", "logmesquite_logvolume") {
      linear(log($0["weight"]), [log($0["diam1"] * $0["diam2"] * $0["canopy_height"])])
    },
    PosteriorModel("mesquite", "logmesquite_logva") {
      let area = $0["diam1"] * $0["diam2"]
      return linear(
        log($0["weight"]), [log(area * $0["canopy_height"]), log(area), $0["group"]])
    },
    PosteriorModel("mesquite", "logmesquite_logvas") {
      let area = $0["diam1"] * $0["diam2"]
      let shape = log($0["diam1"] / $0["diam2"])
      return linear(
        log($0["weight"]),
        [
          log(area * $0["canopy_height"]), log(area), shape, log($0["total_height"]),
          log($0["density"]), $0["group"],
        ])
    },
  ]

  /// Party identification in the national election study of 1980.
  public static let nes1980 = elections("nes1980")

  private static func elections(_ year: String) -> PosteriorModel {
    PosteriorModel(year, "nes") { data in
      let ages: [Tensor] = [2, 3, 4].map { data["age_discrete"] .== $0 }
      return linear(
        data["partyid7"],
        [data["real_ideo"], data["race_adj"]] + ages
          + [data["educ1"], data["gender"], data["income"]])
    }
  }

  private static let withoutIntercept = PosteriorModel("sblri", "blr") {
    linear(
      $0["y"], $0["X"], beta: Normal(.zeros([5]), 10).toEvent(1), noise: HalfNormal(10))
  }

  /// The thirteen regressions.
  public static let regressions =
    kids + earnings + mesquite
    + [nes1980, elections("nes1992"), withoutIntercept]
}
