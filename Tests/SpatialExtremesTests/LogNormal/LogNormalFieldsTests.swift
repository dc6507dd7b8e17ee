import Distributions
import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import Runs
@testable import SpatialExtremes

@Suite struct LogNormalFieldsTests {
  private static let stations = [(0.4, 40.1), (1.5, 41.2), (-3.7, 40.4), (2.2, 41.9), (-1.1, 38.0)]
    .enumerated().map { index, place in
      StationMaxima.Station(id: "s\(index)", longitude: place.0, latitude: place.1)
    }
  private static let gmst = [0.1, 0.35, 0.2, 0.5, 0.45, 0.7, 0.65, 0.9]

  private static func maximum(_ cell: Int) -> Double {
    let level: Double = 3.6 + 0.1 * sin(Double(cell / 8)) + 0.2 * gmst[cell % 8]
    return exp(level + 0.05 * sin(7.0 * Double(cell)))
  }

  private func data(missing: Set<Int> = []) -> StationMaxima {
    StationMaxima(
      stations: Self.stations, years: Array(2001...2008), covariate: Self.gmst,
      maxima: (0..<40).map { missing.contains($0) ? nil : Self.maximum($0) })
  }

  private let h = LogNormalFields.Hyperparameters(
    variances: [0.02, 0.01], lengthscales: [150, 300], sigma: 0.06)

  /// The density of the model, by the operators, against the dense multivariate normal of the cells that are there.
  @Test(arguments: [[], [3, 17, 18, 39]])
  func theDensityIsThatOfTheDenseNormal(missing: [Int]) throws {
    let model = try LogNormalFields(data(missing: Set(missing)))
    let known = (0..<40).filter { !missing.contains($0) }
    let indices = Tensor(known.map(Double.init))
    let dense = (model.covariance(h).dense() + square(h.sigma) * .identity(40))
      .taking(indices: indices, along: 0).taking(indices: indices, along: 1)
    let y = model.data.maxima.reshaped(to: [40]).taking(indices: indices, along: 0)
    let expected = MultivariateNormal(
      .full(model.data.meanMaximum, [known.count]), covariance: dense
    ).logProb(y)
    expectClose(model.distribution(h).logProb(model.data.maxima), expected, relative: 1e-8)
  }

  /// The means of drawn fields, against regression with the dense covariance; 5 standard errors of 300 draws.
  @Test func drawnFieldsHaveTheirPosteriorMean() throws {
    let model = try LogNormalFields(data(missing: [3, 17]))
    let n = 300
    let draws = Draws(
      count: n,
      sites: [
        ("k_mu.variance", .full(0.02, [n])), ("k_mu.lengthscale", .full(150, [n])),
        ("k_beta.variance", .full(0.01, [n])), ("k_beta.lengthscale", .full(300, [n])),
        ("sigma", .full(0.06, [n])),
      ])
    let (level, rate) = model.fields(draws, key: RandomKey(4))
    #expect(level.shape == [n, 5] && rate.shape == [n, 5])
    let K = model.covariance(h)
    let known = (0..<40).filter { $0 != 3 && $0 != 17 }
    let indices = Tensor(known.map(Double.init))
    let noisy = (K.dense() + square(h.sigma) * .identity(40)).taking(indices: indices, along: 0)
      .taking(indices: indices, along: 1)
    let residual = (model.data.maxima - Tensor(model.data.meanMaximum)).reshaped(to: [40])
      .taking(indices: indices, along: 0)
    let L = cholesky(noisy)
    let weights = triangularSolve(L, triangularSolve(L, residual), transposed: true)
    let d = model.data.warming
    let cross = matmul(K.dense().taking(indices: indices, along: 1), weights).reshaped(to: [5, 8])
    let expected = [
      cross.mean(along: [1]) + Tensor(model.data.meanMaximum),
      matmul(cross, d) / square(d).sum(),
    ]
    for (found, mean) in zip([level, rate], expected) {
      let error = sqrt(found.variance(along: [0]) / Tensor(Double(n)))
      #expect((abs(found.mean(along: [0]) - mean) / error).max().scalar < 5)
    }
  }

  @Test func aMaximumThatIsNotPositiveIsNamed() {
    var maxima = data()
    maxima.maxima[9] = -2
    let error = #expect(throws: NotPositive.self) { try LogNormalFields(maxima) }
    #expect(
      error?.description
        == "the maximum of station \"s1\" in 2002 is -2.0, but a log-normal distribution is of positive values; "
        + "measure from a natural zero, as in kelvin, or take the model gev.")
  }

  /// Hyperparameters from which the logarithms of 20 stations and 30 years are simulated lie in the 98 % intervals.
  @Test func simulatedHyperparametersAreRecovered() throws {
    let T = 30
    let stations = (0..<20).map { index in
      let place = RandomKey(11).foldIn(UInt32(index)).uniform([2]).scalars
      return StationMaxima.Station(
        id: "s\(index)", longitude: 6 * place[0] - 3, latitude: 38 + 5 * place[1])
    }
    let gmst = (0..<T).map { 0.03 * Double($0) + 0.1 * sin(5.0 * Double($0)) }
    let blank = StationMaxima(
      stations: stations, years: Array(1990..<(1990 + T)), covariate: gmst,
      maxima: (0..<(20 * T)).map { 30 + sin(Double($0)) })
    let truth = LogNormalFields.Hyperparameters(
      variances: [0.01, 0.004], lengthscales: [120, 200], sigma: 0.05)
    let simulated = try LogNormalFields(blank).distribution(truth).sample([], key: RandomKey(3))
    var data = blank
    data.maxima = exp(simulated).scalars.map { $0 }
    let model = try LogNormalFields(data)
    let posterior = model.model.conditioned(on: ["log_y": model.observed])
    let fit = try MCMC(NUTS(), chains: 1, warmup: 200, draws: 200)
      .run(posterior, start: .values(model.start), key: RandomKey(5), progress: .silent)
    for (site, value) in [("k_mu.variance", 0.01), ("k_mu.lengthscale", 120), ("sigma", 0.05)] {
      let sorted = try fit.posterior().draws[site].scalars.sorted()
      #expect(sorted[2] < value && value < sorted[197], "\(site): \(sorted[2]) to \(sorted[197])")
    }
  }

  @Test func theCommandReportsHyperparametersMapsAndFiles() throws {
    try withTemporaryFolder { folder in
      try data(missing: [7]).write(to: folder.appending(path: "data"))
      let report = try LogNormalCommand().fit([
        "--data", folder.appending(path: "data").path, "--backend", "laplace", "--draws", "50",
      ])
      #expect(report.table.hasPrefix("lognormal-multiplicative: 5 stations x 8 years (2001-2008)"))
      for name in ["mu0 ", "beta0 ", "k_mu.lengthscale km ", "sigma ", "z100_2050(s)"] {
        #expect(report.table.contains("\n\(name)"), "\(name)")
      }
      #expect(report.files.map(\.name).contains("stations_posterior.csv"))
      let stations = try #require(report.files.first { $0.name == "stations_posterior.csv" })
      let file = folder.appending(path: stations.name)
      try stations.write(file, RunStamp())
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.split(separator: "\n").count == 6)
    }
  }

  /// Stations that share the noise of each year are found alike, and the report says that its intervals are too narrow.
  @Test func theReportSaysWhereIntervalsAreTooNarrow() throws {
    try withTemporaryFolder { folder in
      var shared = data()
      shared.maxima = (0..<40).map { cell in
        Self.maximum(cell) * exp(0.2 * sin(11.0 * Double(cell % 8)))
      }
      try shared.write(to: folder.appending(path: "data"))
      let flags = ["--data", folder.appending(path: "data").path, "--backend", "laplace"]
      let report = try LogNormalCommand().fit(flags + ["--draws", "50"])
      #expect(
        report.table.contains("\nstations of a year are alike: mean residual correlation 0."),
        "\(report.table)")
      #expect(
        report.table.contains(
          "; intervals take stations as independent, since lognormal-multiplicative has no --dependence; they are too narrow\n"
        ))
      let results = try #require(report.files.first { $0.name == "results.json" })
      let file = folder.appending(path: results.name)
      try results.write(file, RunStamp())
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("\"residual_correlation\""))
    }
  }

  /// The scores of a draw are the residuals in standard deviations, and missing ones stay missing.
  @Test func theScoresAreStandardizedResiduals() throws {
    let model = try LogNormalFields(data(missing: [3]))
    let (level, rate) = (
      Tensor(rows: [[3.6, 3.7, 3.5, 3.4, 3.8]]), Tensor(rows: [[0.2, 0.1, 0.15, 0.3, 0.2]])
    )
    let scores = model.scores(level: level, rate: rate, sigma: Tensor([0.05]))
    #expect(scores[3].isNaN)
    let mean = Self.gmst.reduce(0, +) / 8
    let expected = (log(Self.maximum(21)) - 3.5 - 0.15 * (Self.gmst[5] - mean)) / 0.05
    expectClose([scores[21]], [expected], relative: 1e-12)
  }
}
