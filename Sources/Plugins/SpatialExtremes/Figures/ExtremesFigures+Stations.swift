import Distributions
import Foundation
import Inference
import PPL
import Plotting
import Plugins
import Preconditions
import Runs
import Tables

extension ExtremesFigures {
  /// The residuals of a station's maxima, with intervals over the thinned draws.
  ///
  ///     e_t = -log(-log F_t(y_t)),    F_t the fitted distribution of the year t
  ///
  /// are of the standard Gumbel distribution, whatever the covariates of the years are.
  ///
  /// - Reference: Coles (2001), *An Introduction to Statistical Modeling of Extreme Values*, §6.2.3.
  struct StationResiduals {
    /// The indices of the years with a maximum.
    let years: [Int]
    /// The probabilities F_t(y_t) at the posterior means, by year.
    let probabilities: [Double]
    /// The residuals in ascending order, at the posterior means.
    let sorted: [Double]
    /// The 5 % and 95 % quantiles over the draws of each of the sorted residuals; equal to them for a point.
    let low, high: [Double]
  }

  func residuals(
    of station: Int, _ atMeans: [GEV], _ thinned: [GEV]
  ) -> StationResiduals? {
    let T = data.years.count
    let years = (0..<T).filter { data.maxima[station * T + $0] != nil }
    guard years.count >= 5 else { return nil }
    func residual(_ gev: GEV, _ t: Int) -> [Double] {
      let y = Tensor(data.maxima[station * T + t] ?? .nan)
      let column = gev.column(station)
      // -log F near 0 by the survival function, so that the largest keep their digits.
      let (lower, upper) = (column.logCDF(y).scalars, column.logSurvival(y).scalars)
      return zip(lower, upper).map { logCDF, logSurvival in
        let minusLog = logSurvival < -1 ? -log1p(-exp(logSurvival)) : -logCDF
        return min(max(-log(minusLog), -5), 40)
      }
    }
    let mean = years.map { residual(atMeans[$0], $0)[0] }
    let sorted = mean.sorted()
    let byDraw = years.map { residual(thinned[$0], $0) }
    let draws = byDraw[0].count
    var columns = Array(repeating: [Double](), count: years.count)
    for draw in 0..<draws {
      for (rank, value) in byDraw.map({ $0[draw] }).sorted().enumerated() {
        columns[rank].append(value)
      }
    }
    let ends = columns.map { Summary.each(of: Tensor($0))[0] }
    guard (mean + ends.flatMap { [$0.q05, $0.q95] }).allSatisfy(\.isFinite) else { return nil }
    return StationResiduals(
      years: years, probabilities: mean.map { exp(-exp(-$0)) }, sorted: sorted,
      low: ends.map(\.q05), high: ends.map(\.q95))
  }

  /// A figure for each of the stations that span the range: QQ, PP, density and return levels.
  func stationPanels() throws -> [CaptionedFigure] {
    // Several values of a year are of no single GEV distribution of its maximum.
    guard data.blocks == nil else { return [] }
    let climates = data.years.indices.map(data.climate)
    let atMeans = try model.plugInOfYears(means, draws, in: climates).map { ofStations($0, 1) }
    let thinnedYears = data.years.indices.map { maxima(thinned, ofYear: $0) }
    var names: Set<String> = []
    return try spanningStations().indices.compactMap { station in
      guard let found = residuals(of: station, atMeans, thinnedYears) else { return nil }
      var name = "station-\(fileName(data.stations[station].id))"
      while !names.insert(name).inserted { name += "-" }
      return try stationFigure(name, station, found, atMeans)
    }
  }

  private func stationFigure(
    _ name: String, _ station: Int, _ found: StationResiduals, _ atMeans: [GEV]
  ) throws -> CaptionedFigure {
    let n = found.sorted.count
    let places = (1...n).map { Double($0) / Double(n + 1) }
    let theory = places.map { -log(-log($0)) }
    // The k-th smallest of n uniform numbers is Beta(k, n + 1 - k).
    let ranks = Tensor((1...n).map(Double.init))
    let beta = Beta(ranks, Tensor(Double(n + 1)) - ranks)
    let (below, above) = (beta.icdf(Tensor(0.05)).scalars, beta.icdf(Tensor(0.95)).scalars)
    let gumbel = { (p: Double) in -log(-log(p)) }
    var csv = CSVWriter(
      header: ["panel", "x", "y", "q05", "q95", "unit"])
    for k in 0..<n {
      csv.append([
        "qq", .number(theory[k]), .number(found.sorted[k]), .number(found.low[k]),
        .number(found.high[k]), "",
      ])
    }
    let probability = found.sorted.map { exp(-exp(-$0)) }
    for k in 0..<n {
      csv.append([
        "pp", .number(places[k]), .number(probability[k]), .missing, .missing, "",
      ])
    }
    // Draws under which a maximum can hardly have occurred have residuals far beyond the panel.
    let (lowest, highest) = (
      min(found.sorted[0], gumbel(below[0])), max(found.sorted[n - 1], gumbel(above[n - 1]))
    )
    let limits = (lowest - 0.3)...(highest + 0.1 * (highest - lowest))
    let qq = PlotPanel(
      title: "QQ", xAxis: "standard Gumbel quantile",
      yAxis: Axis("residual", .linear, limits: limits),
      layers: [
        .band(x: theory, low: below.map(gumbel), high: above.map(gumbel), color: .grey),
        .diagonal(),
        .errorBars(x: theory, y: found.sorted, low: found.low, high: found.high),
      ])
    let pp = PlotPanel(
      title: "PP", xAxis: Axis("plotting position", .linear, limits: 0...1),
      yAxis: Axis("fitted probability", .linear, limits: 0...1),
      layers: [
        .band(x: places, low: below, high: above, color: .grey), .diagonal(),
        .points(x: places, y: probability),
      ])
    let panels = [
      qq, pp, density(station, found, &csv),
      try returnLevels(station, found, &csv),
    ]
    let station = data.stations[station]
    let title = station.name.map { "\(station.id), \($0)" } ?? station.id
    return CaptionedFigure(
      name: name, title: "Station \(title)",
      caption:
        "Station \(title), \(counted(n, "year")). QQ and PP: residuals on the standard Gumbel scale, "
        + "-log(-log F) with the fitted distribution F of each year\(model.anomaly == nil ? "" : ", given its anomaly")"
        + (isPoint
          ? "" : ", with 90 % intervals from \(thinned.count) draws, cut off at the edge")
        + "; grey is where 90 % of independent maxima of the fitted distribution would be, rank by rank. "
        + densityWords + " Return levels in \(unit) in the climate of \(climateWords(now))"
        + (isPoint ? "" : ", mean and 90 % interval of \(draws.count) draws")
        + (record.names.isEmpty && model.anomaly == nil
          ? ", with the maxima." : ", with the maxima at equal probability in that climate.")
        + minimaWords,
      content: NumberedFigure(
        figure: try PanelGrid(title: title, panels: panels, columns: 2, width: 11, height: 8),
        csv: csv.text))
  }
}

extension GEV {
  /// The distributions of a column of a batch `[D, S]`, `[D]`.
  func column(_ index: Int) -> GEV {
    func of(_ values: Tensor) -> Tensor { values.transposed()[.at(index)] }
    return GEV(of(location), of(scale), of(shape))
  }
}

extension AnnualMaximum {
  /// The distributions of a column of a batch `[D, S]` of all its parameters, `[D]`.
  func column(_ index: Int) -> AnnualMaximum {
    AnnualMaximum(
      gev.column(index), deviation: deviation.map { $0.transposed()[.at(index)] })
  }
}
