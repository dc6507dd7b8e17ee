import Foundation
import Inference
import PPL
import Plugins
import TestSupport
import Testing

@testable import SpatialExtremes

/// Every model of the plugin; a new one takes a line here.
let allModels: [any ExtremesModel.Type] = [
  GEVMultiplicative.self, GEVAdditive.self, GEVNonstationary.self, GEVCopula.self,
  GEVByFormula.self, GEVStation.self, GEVCoregionalised.self,
]

/// The models whose priors are flags, each with a name of its own.
let modelsWithPriorFlags = allModels.filter { !($0 is any FormulaModel.Type) }

/// The models with a field, whose matrices are counted.
let modelsWithFields = allModels.filter { $0 != GEVStation.self }

/// The models whose fields are all partially whitened where the data determine them.
let modelsWithPartialFields = modelsWithFields.filter { $0 != GEVCoregionalised.self }

private let covariate = [0.2, 0.3, 0.25, 0.6, 0.9]

private let complete: [Double?] = [
  38.1, 37.2, 36.0, 37.9, 39.0, 33.0, 32.4, 32.8, 34.1, 35.0, 40.6, 39.1, 40.2, 39.3, 41.5,
]

private func data(_ maxima: [Double?] = complete) -> StationMaxima {
  StationMaxima(
    stations: [(-3.7, 40.4), (2.1, 41.3), (-6.0, 37.4)].enumerated().map {
      .init(id: "s\($0.offset)", longitude: $0.element.0, latitude: $0.element.1)
    }, years: [1990, 1991, 1993, 2000, 2010], covariate: covariate, maxima: maxima)
}

/// A point of the model near its start, the same for all data, in unconstrained space.
private func point<M: ExtremesModel>(_ model: M) throws -> [String: Tensor] {
  let sites = try LogJoint(model.posterior).sites
  let keys = RandomKey(7).split(sites.count)
  let start = model.start.merging(["mu0": 36]) { $1 }
  let values = zip(sites, keys).map { site, key in
    let center = start[site.name].map { site.transform.inverse($0) } ?? .zeros(site.shape)
    return (site.name, center + 0.1 * key.normal(site.shape))
  }
  return Dictionary(uniqueKeysWithValues: values)
}

/// The run of the model given the data at that point.
private func posteriorTrace<M: ExtremesModel>(_ model: M) throws -> Trace {
  let values = try LogJoint(model.posterior).constrained(point(model))
  return try model.posterior.substituting(values).trace()
}

/// What every model of extremes must keep to.
@Suite struct ModelTests {
  /// The quantile by hand, Coles (2001), eq. (3.10), of the location, scale and shape that the likelihood has in the last
  /// year: `gev(_:in:)` and the model are the same distribution.
  @Test(arguments: allModels)
  func theLevelOfAStationIsTheQuantileOfItsDistribution(type: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      let model = try M(data())
      let trace = try posteriorTrace(model)
      let draws = Draws(
        count: 1,
        sites: try ExtremesSummary<M>.sites(of: model).sorted().map {
          ($0, try #require(trace[$0]?.value).expandingDimension(at: 0))
        })
      let levels = model.gev(draws, in: Climate(gmst: model.data.covariate.scalars[4]))
        .returnLevel(period: 100).broadcast(to: [1, 3]).scalars
      let likelihood = try #require(trace["y"]?.distribution?.parameters)
      let values = likelihood.map { $0.value.broadcast(to: [3, 5])[.all, .at(4)].scalars }
      for station in 0..<3 {
        let (location, scale, shape) = (values[0][station], values[1][station], values[2][station])
        let level = location + scale / shape * (pow(-log(1 - 1 / 100.0), -shape) - 1)
        // The residual of the additive model is known up to its jitter of 1e-6, a deviation of 1e-3 °C.
        expectClose(
          [levels[station]], [level], relative: M.self == GEVAdditive.self ? 1e-3 : 1e-9, M.name)
      }
    }
    try check(type)
  }

  /// A station-year without a maximum counts for nothing, whatever is written in its cell.
  @Test(arguments: allModels)
  func aMissingMaximumDoesNotCount(type: any ExtremesModel.Type) throws {
    func check<M: ExtremesModel>(_: M.Type) throws {
      var gapped = complete
      gapped[7] = nil
      let (full, partial) = (
        try posteriorTrace(try M(data())), try posteriorTrace(try M(data(gapped)))
      )
      let terms = { (trace: Trace) in try #require(trace["y"]?.logProb()).scalars }
      for (index, pair) in try zip(terms(full), terms(partial)).enumerated() where index != 7 {
        #expect(pair.0.isFinite && pair.1.isFinite)
      }
      #expect(try terms(partial)[7] == 0)
      let model = try M(data(gapped))
      let (value, gradient) = try LogDensity(model.posterior).valueWithGradient(at: point(model))
      #expect(value.scalar.isFinite)
      for (name, slope) in gradient {
        let isFinite = slope.scalars.allSatisfy(\.isFinite)
        #expect(isFinite, "\(M.name): \(name)")
      }
    }
    try check(type)
  }

  /// By the density of the stations that are there, in a year with a gap.
  @Test func theCopulaOfAYearWithAGapIsThatOfTheOtherStations() throws {
    var gapped = complete
    gapped[7] = nil  // the second station in the third year
    func copula(_ maxima: [Double?]) throws -> Double {
      try #require(try posteriorTrace(GEVCopula(data(maxima)))["copula"]?.logDensity()).scalar
    }
    // Without all but one station a year has no copula: only the third year differs.
    var alone = complete
    (alone[2], alone[7]) = (nil, nil)
    let third = try copula(gapped) - copula(alone)
    let trace = try posteriorTrace(GEVCopula(data(gapped)))
    let parameters = try #require(trace["y"]?.distribution?.parameters)
    let normal = try [0, 2].map { station in
      let values = parameters.map { $0.value.broadcast(to: [3, 5]).scalars[5 * station + 2] }
      let y = try #require(complete[5 * station + 2])
      let t = pow(1 + values[2] * (y - values[0]) / values[1], -1 / values[2])
      return normalQuantile(Tensor(exp(-t))).scalar
    }
    let ranges = try ["c0", "c1", "c2"].map { try #require(trace[$0]?.value) }
    let rho = GEVCopula(data()).correlation(ranges[0], ranges[1], ranges[2])[.at(0), .at(2)].scalar
    let (a, b, rest) = (normal[0], normal[1], 1 - rho * rho)
    let expected =
      -0.5 * log(rest) - (a * a - 2 * rho * a * b + b * b) / (2 * rest) + (a * a + b * b) / 2
    // A difference of two sums of five years, of size 1.
    expectClose([third], [expected], relative: 1e-9, absolute: 1e-12)
  }

  @Test(arguments: allModels)
  func aModelIsListedUnderItsName(type: any ExtremesModel.Type) {
    #expect(SpatialExtremes().models.map(\.name).contains(type.name))
  }
}
