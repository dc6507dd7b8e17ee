import Kernels
import PPL
import TestSupport
import Testing

@testable import Plugins
@testable import SpatialExtremes

@Suite struct PriorCovarianceTests {
  private func description<M: ExtremesModel>(
    _: M.Type, _ flags: [String] = []
  ) throws -> String? {
    let command = ExtremesCommand<M>()
    let options = try ExtremesOptions<M>.parse(flags)
    return try command.priorDescription(
      options, command.dataset(options, from: DataSource(describing: [])))
  }

  /// The four figures of the reference notebook: `gev-multiplicative.md` 12 and 14.
  @Test func theFiguresOfTheNotebookArePrinted() throws {
    let text = try #require(try description(GEVMultiplicative.self))
    #expect(
      text.hasPrefix(
        """
        Prior covariance of the location over 40 stations and 40 years, SumKronecker of 2 fields:
          shape           1600 x 1600
          stored entries  6400
          dense entries   2560000
          ratio           400
          time rank       2
        """), "\(text)")
  }

  /// The covariance comes from the model: its kernels, its covariates, its priors.
  @Test func theCovarianceIsThatOfTheFieldsOfTheModel() throws {
    let options = try ExtremesOptions<GEVMultiplicative>.parse(["--prior-mu-variance", "3"])
    let dataset = try ExtremesCommand<GEVMultiplicative>().dataset(
      options, from: DataSource(describing: []))
    let model = GEVMultiplicative(dataset.tensors, priors: options.priors)
    let K = try #require(try model.family.locationCovariance())
    let (X, d) = (model.data.coordinates, model.data.warming)
    let expected = SumKronecker(
      (3 * Matern32(lengthscale: 2)).gram(X), .ones([40, 40]),
      (0.2 * Matern32(lengthscale: 3)).gram(X), d[.all, .newAxis] * d)
    let v = cos(0.37 * Tensor.arange(1600))
    expectClose(K.times(v), expected.times(v), relative: 1e-13)
  }

  @Test func oneFieldIsOneProductAndAFieldOfAnyCovariateCounts() throws {
    let one = try #require(try description(GEVByFormula.self, ["--location", "1 + field"]))
    #expect(
      one.contains("Kronecker of 1 field:\n  shape           1600 x 1600\n  stored entries  3200\n")
    )
    #expect(one.contains("time rank       1"))
    #expect(try description(GEVByFormula.self, ["--location", "1 + gmst"]) == nil)
  }
}
