import Distributions
import Inference
import PPL
import SpatialExtremes
import Tables
import TestSupport
import Testing

/// Maximum likelihood of the data of Coles (2001): cases C1, C2 and C4 to C8.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct ClassicFitsTests {
  private func portPirie() throws -> [Double] {
    try SharedTable("classic/portpirie.csv").numbers("sea_level_m")
  }

  @Test func everyRowOfTheFileBelongsToATest() throws {
    #expect(try ReferenceFits().count == 74)
  }

  /// C1, with the covariance of Coles, §3.4.1.
  @Test func portPirieIsAsPublished() throws {
    let (fit, reference) = (try gevFit(portPirie()), try ReferenceFits())
    let names = ["mu", "sigma", "xi"]
    let covariances = names.flatMap { a in names.map { "cov(\(a),\($0))" } }
    reference.expect(fit, "C1", except: Set(covariances + ["z10", "z100"]))
    for row in reference["C1"] {
      if row.name.hasPrefix("z") {
        let level = try fit.estimate(ofSite: row.name).value.scalar
        #expect(abs(level - (row.computed ?? .nan)) < 5.1e-4, "\(row.name)")
      } else if let pair = row.name.firstMatch(of: /cov\((\w+),(\w+)\)/) {
        let found = try fit.covariance("\(pair.1)", "\(pair.2)").scalar
        // Printed with two or three digits.
        #expect(abs(found / (row.published ?? .nan) - 1) < 0.01, "\(row.name): \(found)")
      }
    }
  }

  /// The interval by SciPy; Coles reads 4.50 and 5.27 off a figure.
  @Test func theProfileIntervalOfTheHundredYearLevelIsThatOfColes() throws {
    let fit = try gevFit(portPirie())
    let profile = try fit.interval(0.95, by: .profile) { p in
      GEV(p["mu"], p["sigma"], p["xi"]).returnLevel(period: 100)
    }
    // Minima by Nelder and Mead there.
    expectClose([profile.lower, profile.upper], try ExtremesFits.kept().port_pirie, relative: 1e-6)
    #expect(abs(profile.lower - 4.50) < 0.01 && abs(profile.upper - 5.27) < 0.01)
    // The delta method gives 4.377 to 4.999 there: too low at both ends.
    let delta = try fit.interval(0.95, of: "z100")
    #expect(abs(delta.lower - 4.377) < 0.003 && abs(delta.upper - 4.999) < 0.003)
    let boot = try fit.interval(0.9, by: .bootstrap(replicates: 60, key: RandomKey(1)), of: "z100")
    #expect(boot.lower < boot.estimate && boot.upper < 5.6)
  }

  /// C2, and the likelihood-ratio test of a shape of 0.
  @Test func aGumbelDistributionSufficesForPortPirie() throws {
    let maxima = try portPirie()
    let start = try LMoments(maxima).gumbel()
    let model = Model<Void> { p in
      let mu = p.parameter("mu", initially: start.location)
      let sigma = p.parameter("sigma", initially: start.scale, in: .positive)
      p.plate("year", maxima.count) { p in
        p.sample("y", Gumbel(mu, sigma), observed: Tensor(maxima))
      }
    }
    let fit = try MaximumLikelihood().fit(model)
    try ReferenceFits().expect(fit, "C2")
    let test = try gevFit(maxima).likelihoodRatio(against: fit)
    // Coles: 2 (4.34 - 4.22) = 0.24, small against chi squared with one degree of freedom.
    #expect(abs(test.statistic - 0.2428) < 1e-3 && test.degreesOfFreedom == 1)
    #expect(abs(test.pValue - 0.6222) < 1e-3)
  }

  /// C4: the smallest values, as the largest of their negatives.
  @Test func glassFibresAreAsPublished() throws {
    let strength = try SharedTable("classic/glass.csv").numbers("strength")
    try ReferenceFits().expect(gevFit(strength.map { -$0 }), "C4")
  }

  /// C5: 1935 has six values only.
  @Test(arguments: [1, 5, 10])
  func theLargestLevelsOfVeniceAreAsPublished(_ r: Int) throws {
    let levels = try SharedTable("classic/venice.csv").matrix((1...r).map { "r\($0)_cm" })
    let isPresent = 1 - isNaN(levels)
    let counts = isPresent.sum(along: [-1])
    #expect(counts.min().scalar == Double(min(r, 6)))
    let values = select(isPresent, levels, 0)
    let start = try LMoments(levels[.all, .at(0)].scalars).gev()
    let model = Model<Void> { p in
      let mu = p.parameter("mu", initially: start.location)
      let sigma = p.parameter("sigma", initially: start.scale, in: .positive)
      let xi = p.parameter("xi", initially: start.shape)
      p.plate("year", 51) { p in
        p.sample("y", RLargest(mu, sigma, xi, count: r, present: counts), observed: values)
      }
    }
    try ReferenceFits().expect(MaximumLikelihood().fit(model), "C5-r\(r)")
  }

  private func exceedances(
    _ values: [Double], above threshold: Double
  ) throws -> MaximumLikelihoodFit {
    let peaks = values.filter { $0 > threshold }
    let start = try LMoments(peaks).generalizedPareto(threshold: threshold)
    let model = Model<Void> { p in
      let sigma = p.parameter("sigma", initially: start.scale, in: .positive)
      let xi = p.parameter("xi", initially: start.shape)
      p.plate("peak", peaks.count) { p in
        p.sample("y", GeneralizedPareto(Tensor(threshold), sigma, xi), observed: Tensor(peaks))
      }
    }
    return try MaximumLikelihood().fit(model)
  }

  /// C6; the estimate of the file stops short of the maximum, which is at 7.440269.
  @Test func rainInEnglandIsAsPublished() throws {
    let rain = try SharedTable("classic/rain_sw_england.csv").numbers("rain_mm")
    let (fit, reference) = (try exceedances(rain, above: 30), try ReferenceFits())
    let others: Set = ["z100", "var(sigma)", "cov(sigma;xi)", "var(xi)"]
    reference.expect(fit, "C6", corrected: ["sigma": 7.440269], except: others)
    #expect(abs((fit.estimates["sigma"]?.scalar ?? 0) - 7.440269) < 1e-5)
    let share = 152 / 17_531.0
    let level = try fit.interval(0.95, by: .profile) { p in
      GeneralizedPareto(30, p["sigma"], p["xi"])
        .returnLevel(period: 36_500, exceedances: Tensor(share))
    }
    let found = [
      "z100": level.estimate, "var(sigma)": try fit.covariance("sigma", "sigma").scalar,
      "cov(sigma;xi)": try fit.covariance("sigma", "xi").scalar,
      "var(xi)": try fit.covariance("xi", "xi").scalar,
    ]
    for row in reference["C6"] where others.contains(row.name) {
      // Printed with three or four digits.
      #expect(
        abs((found[row.name] ?? .nan) / (row.published ?? .nan) - 1) < 5e-3,
        "\(row.name): \(found[row.name] ?? .nan)")
    }
    expectClose([level.lower, level.upper], try ExtremesFits.kept().rain, relative: 1e-6)
    // Coles, §4.4.1, reads 81.6 and 185.7 off a figure.
    #expect(abs(level.lower - 81.6) < 1 && abs(level.upper - 185.7) < 1)
  }

  /// The parameters of the annual maximum, from the same exceedances with their number.
  @Test func thePointProcessOfRainHasTheShapeOfItsExceedances() throws {
    let rain = try SharedTable("classic/rain_sw_england.csv").numbers("rain_mm")
    let peaks = PoissonPointProcess.padded(rain, threshold: 30, capacity: 200)
    let blocks = Tensor(17_531 / 365.25)
    let model = Model<Void> { p in
      let mu = p.parameter("mu", initially: 40)
      let sigma = p.parameter("sigma", initially: 10, in: .positive)
      let xi = p.parameter("xi", initially: 0.1)
      p.sample(
        "y",
        PoissonPointProcess(mu, sigma, xi, threshold: 30, blocks: blocks, capacity: 200),
        observed: peaks)
    }
    let (fit, pareto) = (
      try MaximumLikelihood().fit(model), try exceedances(rain, above: 30)
    )
    let e = fit.estimates
    let scale = (e["sigma"] ?? 0) + (e["xi"] ?? 0) * (30 - (e["mu"] ?? 0))
    // Both maxima are found to a millionth of a standard error.
    expectClose(e["xi"] ?? 0, pareto.estimates["xi"] ?? 1, relative: 1e-5)
    expectClose(scale, pareto.estimates["sigma"] ?? 1, relative: 1e-6)
    // The expected number of exceedances is the observed one.
    let count = try fit.estimate { p in
      PoissonPointProcess(
        p["mu"], p["sigma"], p["xi"], threshold: 30, blocks: blocks, capacity: 1
      ).meanCount
    }
    #expect(abs(count.value.scalar - 152) < 1e-3 && abs(count.standardError.scalar - 12.33) < 0.01)
  }

  /// C7.
  @Test func dowJonesIsAsPublished() throws {
    let close = try SharedTable("classic/dowjones.csv").numbers("close")
    let changes =
      (100 * (log(Tensor(Array(close.dropFirst()))) - log(Tensor(Array(close.dropLast())))))
    try ReferenceFits().expect(exceedances(changes.scalars, above: 2), "C7")
  }

  /// C8; the estimate of the file stops short of the maximum, which is at 83.838545.
  @Test func oxfordIsThatOfEvd() throws {
    let fit = try gevFit(SharedTable("classic/oxford.csv").numbers("tmax_f"))
    try ReferenceFits().expect(fit, "C8", corrected: ["mu": 83.838545])
    #expect(abs((fit.estimates["mu"]?.scalar ?? 0) - 83.838545) < 1e-5)
  }
}
