import Foundation
import Inference
import PPL
import Plugins
import Runs
import TestSupport
import Testing

@testable import SpatialExtremes

private let years = [1990, 1991, 1993, 2000, 2010]
private let covariate = [0.2, 0.3, 0.25, 0.6, 0.9]

private let data = StationMaxima(
  stations: [
    .init(id: "a", longitude: 0, latitude: 40), .init(id: "b", longitude: 1, latitude: 41),
  ], years: years, covariate: covariate,
  maxima: [38.1, nil, 36.0, 37.9, 39.0, 33.0, 32.4, 32.8, 34.1, 35.0])

private func summary(
  _ arguments: [String], _ data: StationMaxima = data
) throws -> (ExtremesSummary<GEVMultiplicative>, FittedModel<ExtremesCommand<GEVMultiplicative>>) {
  let fitted = try ExtremesCommand<GEVMultiplicative>().fitted(arguments, on: .init(data: data))
  return (try ExtremesSummary(fitted), fitted)
}

@Suite struct ExtremesSummaryTests {
  /// The quantile of the GEV for each draw by hand: Coles (2001), eq. (3.10).
  @Test func returnLevelsAreQuantilesOfEachDraw() throws {
    let (summary, fitted) = try summary(
      ["--steps", "20", "--draws", "50", "--seed", "3", "--projection-year", "2040"])
    // With the coordinates of the fitted fields.
    let model = GEVMultiplicative(fitted.dataset.tensors, priors: .published).model
    let draws = try fitted.fit.predictions(
      model.discardingOutput, draws: 50, key: RandomKey(6),
      sites: ["mu0", "xi", "sigma", "mu_field", "beta_field"], pool: .automatic)
    let column = { (name: String) in draws[name].scalars }
    let (mu0, xi, sigma) = (column("mu0"), column("xi"), column("sigma"))
    let (mu, beta) = (column("mu_field"), column("beta_field"))
    let mean = covariate.reduce(0, +) / 5
    // The least-squares line, by its normal equations.
    let x = years.map { Double($0) - 1996.8 }
    let slope = zip(x, covariate).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }
    let warmer = mean + slope * (2040 - 1996.8)

    func levels(_ station: Int, _ g: Double) -> [Double] {
      (0..<50).map { n in
        let place = 2 * n + station
        let location = mu0[n] + mu[place] + beta[place] * (g - mean)
        return location + sigma[n] / xi[n] * (pow(-log(1 - 1 / 100.0), -xi[n]) - 1)
      }
    }
    let average = { (x: [Double]) in x.reduce(0, +) / Double(x.count) }
    for station in 0..<2 {
      let (now, then) = (levels(station, 0.9), levels(station, warmer))
      // The quantile by hand loses digits where xi is near 0, about 1e-16 / |xi|.
      expectClose(
        [
          summary.levelNow[station].mean, summary.levelThen[station].mean,
          summary.shift[station].mean,
        ], [average(now), average(then), average(zip(then, now).map { $0 - $1 })],
        relative: 1e-9)
      let sorted = now.sorted()
      // 0.05 * 49 = 2.45: between the third and the fourth.
      expectClose(
        [summary.levelNow[station].q05], [sorted[2] + 0.45 * (sorted[3] - sorted[2])],
        relative: 1e-9)
    }
    expectClose(
      [summary.shiftPlugIn], [average(beta) * (warmer - 0.9)], relative: 1e-9,
      "at the means, the shift is the mean rate times the warming")
  }
}

@Suite struct ExtremesFailureTests {
  private let maxima = StartFailureCause.maxima(
    flags: ["--prior-mu0", "--prior-beta0", "--prior-sigma", "--prior-xi"])

  private func message(_ arguments: [String], _ data: StationMaxima = data) throws -> String {
    do {
      _ = try summary(arguments, data)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: ["1e3", "1e300"])
  func aLearningRateThatIsTooLargeIsSaidToBe(rate: String) throws {
    let text = try message(["--steps", "50", "--learning-rate", rate])
    #expect(text.contains("lower --learning-rate, which is \(Double(rate) ?? 0)"), "\(text)")
    #expect(text.hasSuffix("Nothing was written."))
  }

  @Test func aCodeForMissingValuesIsPointedAt() throws {
    var spoilt = data
    spoilt.maxima[2] = -9999
    #expect(
      try message(["--steps", "5"], spoilt)
        == "the maxima have no finite density under the model at its start; they reach from "
        + "-9999.0 (station \"a\", 1993) to 39.0 (station \"a\", 2010). Leave the cells of missing "
        + "values empty, and see that --prior-mu0, --prior-beta0, --prior-sigma and --prior-xi suit "
        + "the data.")
  }

  /// As `--gmst-column year` gives.
  @Test func aCovariateOutOfScaleIsNamedWithItsRange() throws {
    var years = data
    years.covariate = [1940, 1955, 1970, 1990, 2010]
    years.record.covariateColumn = "year"
    let start =
      "the maxima have no finite density under the model at its start; they reach from 32.4 "
      + "(station \"b\", 1991) to 39.0 (station \"a\", 2010). The covariate is out of scale: column "
      + "\"year\" reaches from 1940.0 to 2010.0, which the priors of beta0 (mean 1.0) and beta(s) "
      + "take for a change of the maxima by 132.6. Choose a column with the GMST anomaly in degrees "
      + "Celsius by --gmst-column, or scale --prior-beta0 and --prior-beta-variance to this one."
    #expect(try message(["--steps", "5"], years) == start)
    // Both are named where both are at fault.
    years.covariate = years.covariate.map { 1000 * $0 }
    years.maxima[2] = -9999
    let both = try message(["--steps", "5"], years)
    #expect(both.contains("The covariate is out of scale") && both.contains(" Leave the cells of "))
  }

  @Test(arguments: [(1.0, 1.0), (34, 1), (34, 1e6), (0.01, 1)])
  func whatIsOutOfScaleIsTold(warming: Double, scale: Double) {
    var changed = data
    changed.covariate = (0..<5).map { 0.25 * Double($0) * warming }
    changed.maxima = changed.maxima.map { $0.map { scale * $0 } }
    let causes = StartFailureCause.causes(changed, GEVMultiplicative.Priors.published.values)
    #expect(causes.contains(maxima) == (warming != 34 || scale > 1))
    #expect((causes.first != maxima) == (warming == 34 && scale == 1))
  }

  @Test func aPriorThatAFlagMovedAwayIsNamedWithItsValue() throws {
    func causes(_ change: (inout GEVMultiplicative.Priors) -> Void) -> [String] {
      var priors = GEVMultiplicative.Priors.published
      change(&priors)
      return StartFailureCause.causes(data, priors.values).map { "\($0)" }
    }
    let remedy = "; choose one that suits them, or leave this flag out."
    #expect(
      causes { $0.priorMu0.number = 80 } == [
        "--prior-mu0 is 80.0, but the maxima are about 35.37\(remedy)"
      ])
    #expect(
      causes { $0.priorSigma.number = 0.1 } == [
        "--prior-sigma is 0.1, but the maxima span 6.6\(remedy)"
      ])
    #expect(
      causes { $0.priorBeta0.number = 50 } == [
        "--prior-beta0 is 50.0, but the covariate reaches from 0.2 to 0.9, and the maxima span "
          + "6.6\(remedy)"
      ])
    #expect(
      causes { $0.priorXi.number = -2 } == [
        "--prior-xi is -2.0, but the maxima span 6.6, and the density ends 1.0 from the location"
          + remedy
      ])
    #expect(causes { _ in } == ["\(maxima)"])
  }
}
