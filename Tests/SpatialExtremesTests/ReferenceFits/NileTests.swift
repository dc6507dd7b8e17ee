import Distributions
import Inference
import PPL
import StateSpace
import Tables
import TestSupport
import Testing

/// The local level model of the Nile by maximum likelihood: case C10.
@Suite(.enabled(if: SharedData.isThere, "\(SharedData.reason)"))
struct NileTests {
  /// From the first value on: a diffuse level is known from it alone.
  private func model(_ flow: [Double], recording: [FilteredStates.Quantity] = []) -> Model<Void> {
    Model { p in
      let noise = p.parameter("sigma2_eps", initially: 10_000, in: .positive)
      let change = p.parameter("sigma2_eta", initially: 3_000, in: .positive)
      let unit = Tensor.identity(1)
      let level = LinearGaussianStateSpace(
        mean: Tensor([flow[0]]), covariance: noise * unit, transition: unit,
        modelError: change * unit)
      let series = flow.enumerated().dropFirst().map { year, value in
        TimedObservations(step: year, [value], points: [0], variance: noise)
      }
      p.filtered("flow", level, observing: series, recording: recording)
    }
  }

  @Test func theVariancesOfTheNileAreThoseOfDurbinAndKoopman() throws {
    let flow = try SharedTable("classic/nile.csv").numbers("flow_1e8_m3")
    let fit = try MaximumLikelihood().fit(model(flow))
    let rows = try ReferenceFits()["C10"]
    #expect(rows.count == 7)
    for row in rows.prefix(2) {
      let error = fit.standardErrors[row.name]?.scalar ?? .nan
      let found = fit.estimates[row.name]?.scalar ?? .nan
      #expect(abs(found - (row.computed ?? .nan)) < 0.02 * error, "\(row.name): \(found)")
    }
    #expect(abs(fit.logLikelihood - (rows[2].computed ?? .nan)) < 1e-4)
  }

  @Test func filteredLevelsAtThePublishedVariancesAreThoseOfTheFile() throws {
    let flow = try SharedTable("classic/nile.csv").numbers("flow_1e8_m3")
    let trace = try model(flow, recording: [.means, .covariances])
      .substituting(["sigma2_eps": 15_099, "sigma2_eta": 1_469.1]).trace()
    let (means, variances) = (
      trace["flow/means"]?.value ?? 0, trace["flow/covariances"]?.value ?? 0
    )
    let rows = try ReferenceFits()["C10"].suffix(4).map { $0.computed ?? .nan }
    let found = [0, 98].flatMap { [means.scalars[$0], variances.scalars[$0]] }
    // Printed with four decimals.
    expectClose(found, Array(rows), relative: 1e-7, "\(found)")
  }
}
