import Inference
import Plotting
import Preconditions
import Runs
import Tables

/// The figures of the chains of a posterior: ranks, traces, pairs and energy.
struct ChainFigures {
  let posterior: Posterior
  /// The sites that are shown, the most important ones first.
  let sites: [String]?

  /// The draws in words: `4 chains of 1000 draws`.
  private var draws: String {
    posterior.chains == 1
      ? "\(posterior.drawsPerChain) draws"
      : "\(counted(posterior.chains, "chain")) of \(counted(posterior.drawsPerChain, "draw"))"
  }

  /// The rank plots: for each number a histogram, by chain, of the ranks of its draws among those of all chains.
  ///
  /// - Returns: Nil for fewer than two chains.
  /// - Reference: Vehtari et al. (2021), *Rank-normalization, folding, and localization*, Bayesian Analysis 16(2), §5.
  func ranks() throws -> CaptionedFigure? {
    let numbers = MainNumbers(posterior, of: sites, limit: 9).numbers
    guard posterior.chains > 1, posterior.drawsPerChain >= 20, !numbers.isEmpty else { return nil }
    let bins = 20
    let total = posterior.draws.count
    let expected = Double(posterior.drawsPerChain) / Double(bins)
    var csv = CSVWriter(header: ["number", "chain", "bin", "count"])
    let panels = numbers.map { number -> PlotPanel in
      let all = number.draws
      let order = all.indices.sorted { all[$0] < all[$1] }
      var counts = Array(repeating: Array(repeating: 0, count: bins), count: posterior.chains)
      for (rank, index) in order.enumerated() {
        counts[index / posterior.drawsPerChain][rank * bins / total] += 1
      }
      for (chain, row) in counts.enumerated() {
        for (bin, count) in row.enumerated() {
          csv.append([.text(number.label), .integer(chain), .integer(bin), .integer(count)])
        }
      }
      let centres = (0..<bins).map { (Double($0) + 0.5) * Double(total) / Double(bins) }
      return PlotPanel(
        title: number.label, xAxis: Axis("rank", .linear, limits: 0...Double(total)),
        yAxis: Axis("draws in bin", including: 0),
        layers: counts.enumerated().map { chain, row in
          .line(x: centres, y: row.map(Double.init), color: .palette(chain), width: 1.2)
        } + [.horizontal(at: expected, dash: .dashed)])
    }
    return CaptionedFigure(
      name: "ranks", title: "Ranks of the draws by chain",
      caption:
        "Ranks of the draws of each chain among those of all chains, in \(bins) bins, a colour for each chain; \(draws). "
        + "Chains of one distribution have about the dashed count, \(expected) draws, in each bin.",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: 3, width: 12,
          height: 3 * Double((panels.count + 2) / 3)), csv: csv.text))
  }

  /// The traces of the main numbers, a line for each chain.
  func traces() throws -> CaptionedFigure? {
    let numbers = MainNumbers(posterior, of: sites, limit: 8).numbers
    guard posterior.drawsPerChain > 1, !numbers.isEmpty else { return nil }
    var csv = CSVWriter(header: ["number", "chain", "draw", "value"])
    let panels = numbers.map { number in
      PlotPanel(
        title: "", xAxis: "draw", yAxis: Axis(number.label),
        layers: number.chains.enumerated().map { chain, values in
          let shown = thinned(Array(values.enumerated()), to: 400)
          for (draw, value) in shown {
            csv.append([.text(number.label), .integer(chain), .integer(draw), .number(value)])
          }
          return .line(
            x: shown.map { Double($0.offset) }, y: shown.map(\.element), color: .palette(chain),
            width: 0.6)
        })
    }
    return CaptionedFigure(
      name: "traces", title: "Traces",
      caption:
        "Draws in their order, a colour for each chain (\(draws); at most 400 of a chain are drawn). Chains of one "
        + "distribution cover the same range without a trend.",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: 2, width: 12,
          height: 2.2 * Double((panels.count + 1) / 2)), csv: csv.text))
  }

  /// The pair plot of the main numbers: scatter below, correlations above and histograms on the diagonal.
  func pairs() throws -> CaptionedFigure? {
    let numbers = MainNumbers(posterior, of: sites, limit: 5).numbers
    guard numbers.count > 1, posterior.draws.count > 2 else { return nil }
    let shown = thinned(Array(0..<posterior.draws.count), to: 800)
    var csv = CSVWriter(header: ["draw"] + numbers.map(\.label))
    let columns = numbers.map(\.draws)
    for draw in shown {
      csv.append([.integer(draw)] + columns.map { .number($0[draw]) })
    }
    let last = numbers.count - 1
    let panels = numbers.indices.flatMap { row in
      numbers.indices.map { column -> PlotPanel in
        let (x, y) = (columns[column], columns[row])
        let xAxis = Axis(
          row == last ? numbers[column].label : "", .linear,
          limits: widened(x.min() ?? 0, x.max() ?? 1), ticks: fewTicks(x))
        if row == column {
          let range = widened(x.min() ?? 0, x.max() ?? 1)
          return PlotPanel(
            title: numbers[row].label, xAxis: xAxis, yAxis: "",
            layers: [.histogram(x, bins: 30, over: range)])
        }
        let yAxis = Axis(
          column == 0 ? numbers[row].label : "", .linear,
          limits: widened(y.min() ?? 0, y.max() ?? 1), ticks: fewTicks(y))
        if row < column {
          let text = String(format: "r = %.2f", correlation(x, y))
          return PlotPanel(
            xAxis: Axis("", .linear, limits: 0...1, ticks: [0.5], tickLabels: [""]),
            yAxis: Axis("", .linear, limits: 0...1, ticks: [0.5], tickLabels: [""]),
            layers: [.text(text, x: 0.5, y: 0.5)], hasGrid: false)
        }
        return PlotPanel(
          xAxis: xAxis, yAxis: yAxis,
          layers: [.points(x: shown.map { x[$0] }, y: shown.map { y[$0] }, size: 2)])
      }
    }
    let size = max(5, 2.4 * Double(numbers.count))
    return CaptionedFigure(
      name: "pairs", title: "Pairs of numbers",
      caption:
        "Draws of pairs of numbers below the diagonal (at most 800 of \(draws) are drawn), their correlations r above it, and "
        + "histograms of each number, as densities of all draws, on it.",
      content: NumberedFigure(
        figure: try PanelGrid(
          panels: panels, columns: numbers.count, width: size, height: size), csv: csv.text))
  }

  /// The energy plot of Hamiltonian chains: the distribution of the energy and of its changes from draw to draw.
  ///
  /// - Returns: Nil for draws without an energy.
  /// - Reference: Betancourt (2016), *Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo*.
  func energy() throws -> CaptionedFigure? {
    guard let energies = posterior.statistics.find("energy")?.scalars,
      posterior.drawsPerChain > 2, energies.allSatisfy(\.isFinite)
    else { return nil }
    let S = posterior.drawsPerChain
    let chains = (0..<posterior.chains).map { Array(energies[($0 * S)..<(($0 + 1) * S)]) }
    let mean = energies.reduce(0, +) / Double(energies.count)
    let centred = energies.map { $0 - mean }
    let changes = chains.flatMap { chain in zip(chain.dropFirst(), chain).map { $0 - $1 } }
    let largest = (centred + changes).map(abs).max() ?? 1
    let range = widened(-largest, largest)
    let fractions = energyBFMI(chains)
    var csv = CSVWriter(header: ["bin_low", "bin_high", "energy_density", "change_density"])
    let (a, b) = (
      Histogram(centred, bins: 50, over: range), Histogram(changes, bins: 50, over: range)
    )
    for bin in a.densities.indices {
      csv.append([
        .number(a.edges[bin]), .number(a.edges[bin + 1]), .number(a.densities[bin]),
        .number(b.densities[bin]),
      ])
    }
    let middles = zip(b.edges, b.edges.dropFirst()).map { ($0 + $1) / 2 }
    let text = fractions.map { String(format: "%.2f", $0) }.joined(separator: ", ")
    let panel = PlotPanel(
      xAxis: "energy less its mean, nats", yAxis: Axis("density", including: 0),
      layers: [
        .bars("energy", edges: a.edges, heights: a.densities),
        .line("change from draw to draw", x: middles, y: b.densities, color: .palette(1)),
      ], legend: .topRight)
    return CaptionedFigure(
      name: "energy", title: "Energy of the chains",
      caption:
        "Densities of the energy of the chains, in nats, and of its changes from one draw to the next; \(draws). The energy "
        + "fraction of missing information (E-BFMI) by chain is \(text); below 0.3 the changes are too small to explore all "
        + "energies.",
      content: NumberedFigure(
        figure: try PanelGrid(panels: [panel], width: 7.5, height: 4), csv: csv.text))
  }
}

/// The correlation of two series.
func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let n = Double(max(x.count, 1))
  let (a, b) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
  let sums = zip(x, y).reduce((0.0, 0.0, 0.0)) { sum, pair in
    let (u, v) = (pair.0 - a, pair.1 - b)
    return (sum.0 + u * v, sum.1 + u * u, sum.2 + v * v)
  }
  return sums.0 / (sums.1 * sums.2).squareRoot()
}
