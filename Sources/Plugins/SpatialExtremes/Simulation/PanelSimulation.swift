import Distributions
import Inference
import PPL
import Plugins

/// The simulation of a panel from a model of extremes, at the design of some data.
struct PanelSimulation<M: ExtremesModel> {
  private let model: M
  private let design: StationMaxima

  /// The simulation at the stations and years of some data, whose maxima decide the priors that follow the data.
  ///
  /// - Parameters:
  ///   - design: The stations and years, with the maxima.
  ///   - priors: The flags of the model.
  ///   - hasCopula: Whether the stations of a year have a Gaussian copula; other panels are independent given the parameters.
  init(_ design: StationMaxima, priors: M.Priors, hasCopula: Bool) throws {
    self.design = design
    var tensors = StationTensors(design)
    tensors.hasCopula = hasCopula
    model = try M(tensors, priors: priors)
  }

  /// A panel with its truth.
  ///
  /// - Parameters:
  ///   - truth: The given values of sites; the others are drawn from their priors.
  ///   - key: The key of the truth and of the maxima.
  /// - Throws: `PredictionError` for a site that the model does not have, or a maximum that is not finite.
  func panel(_ truth: [SimulatedTruth], key: RandomKey) throws -> SimulatedPanel {
    let (ofTruth, ofMaxima) = key.split()
    let trace = try model.model.substituting(values(truth)).seeded(by: ofTruth).trace()
    let sites = trace.filter { $0.kind == .sample || $0.kind == .deterministic }
    let draws = Draws(
      count: 1,
      sites: sites.compactMap { site in
        site.value.map { (site.name, $0.expandingDimension(at: 0)) }
      })
    let (S, T) = (design.stations.count, design.years.count)
    let years = (0..<T).map { model.maxima(draws, ofYear: $0, in: design.climate($0)) }
    func byStation(_ ofYear: [Tensor]) -> [Double] {
      stack(ofYear.map { $0.broadcast(to: [1, S])[0] }).transposed().scalars
    }
    // A copula is a factor of the model, which its sites do not follow.
    let maxima =
      model.scores(T, draws, at: .stations, key: ofMaxima).map { scores in
        let u = minimum(maximum(normalCDF(scores[0]), 1e-15), 1 - 1e-15)  // [T, S]
        return byStation((0..<T).map { years[$0].icdf(u[.at($0)]) })
      } ?? draws["y"].scalars
    try require(maxima)
    let isPresent = design.maxima.map { $0 != nil }
    var data = StationMaxima(
      stations: design.stations, years: design.years, covariate: design.covariate,
      maxima: zip(maxima, isPresent).map { $1 ? $0 : nil })
    (data.yearColumns, data.otherYears) = (design.yearColumns, design.otherYears)
    return SimulatedPanel(
      data: data, parameters: parameters(draws),
      fields: model.fields.map { ($0.name, draws[$0.site].broadcast(to: [1, S]).scalars) },
      location: byStation(years.map(\.location)))
  }

  /// The given values of sampled sites in their shapes; others are computed from these, and would not be what they are.
  private func values(_ truth: [SimulatedTruth]) throws -> [String: Tensor] {
    let trace = try model.model.seeded(by: RandomKey(0)).trace()
    let sites = trace.filter { $0.kind == .sample && $0.name != "y" }
    var values: [String: Tensor] = [:]
    for given in truth {
      guard let site = sites.first(where: { $0.name == given.site }), let shape = site.value?.shape
      else {
        let known = sites.map(\.name)
        let isComputed = trace.contains { $0.kind == .deterministic && $0.name == given.site }
        let meant = closestName(to: given.site, among: known).map { "did you mean \"\($0)\"? " }
        throw PredictionError(
          "--truth \(given): "
            + (isComputed
              ? "\(M.name) computes this site from those that it draws; "
              : "\(M.name) has no such site; \(meant ?? "")")
            + "\(isComputed ? "give one of" : "it has") \(known.joined(separator: ", ")).")
      }
      values[given.site] = .full(given.value, shape)
    }
    return values
  }

  private func require(_ maxima: [Double]) throws(PredictionError) {
    guard let index = maxima.firstIndex(where: { !$0.isFinite }) else { return }
    let station = design.stations[index / design.years.count].id
    throw PredictionError(
      "the simulated maximum of station \"\(station)\" in \(design.years[index % design.years.count]) is not finite; "
        + "give other values by --truth, or narrower priors.")
  }

  /// The reported parameters and the other scalar sites, without coordinates of a fit.
  private func parameters(_ draws: Draws) -> [(String, Double)] {
    let reported = model.parameters.map(\.site)
    let others = draws.names.filter {
      draws[$0].rank == 1 && !reported.contains($0) && !$0.hasSuffix("_decentered")
    }
    return (reported + others).map { ($0, draws[$0].scalars[0]) }
  }
}

extension StationMaxima {
  /// Plain maxima about a level, whose mean and spread priors follow that are those of data.
  ///
  /// - Parameters:
  ///   - stations: The stations.
  ///   - years: The years with their GMST.
  ///   - level: The mean of the maxima.
  ///   - spread: The scale of the maxima of a station, and the standard deviation of the means of stations.
  ///   - key: The key of the maxima.
  static func plain(
    _ stations: [Station], _ years: [(year: Int, gmst: Double)], level: Double, spread: Double,
    key: RandomKey
  ) -> StationMaxima {
    let (ofStations, ofYears) = key.split()
    let means = ofStations.normal([stations.count]).scalars
    let noise = Gumbel(-0.5772156649015329, 1).sample([stations.count * years.count], key: ofYears)
    return StationMaxima(
      stations: stations, years: years.map(\.year), covariate: years.map(\.gmst),
      maxima: noise.scalars.enumerated().map {
        level + spread * (means[$0 / years.count] + $1)
      })
  }
}
