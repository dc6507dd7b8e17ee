import ArgumentParser
import Assimilation
import Foundation
import LSEF
import LinearAlgebra
import PPL
import SpectralFields
import SpectrumEstimator

/// Seconds a cycle of the filters on the circle, by filter and number of members.
struct Cycle: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Time of a cycle of each filter of lsef-cycle, and of all of Figure 5, on one thread.")

  @Option(help: "How many cycles to measure.")
  var cycles = 400

  @Option(name: .customLong("json"), help: "Where to write the costs, for run.sh --ours.")
  var file: String?

  @Option(help: "One filter alone, such as LSEF.")
  var filter: CycleExperiment.Scheme?

  @Option(help: "One number of members alone.")
  var members: Int?

  func validate() throws {
    if cycles < 3 * CycleCosts.window {
      throw ValidationError("--cycles must be at least \(3 * CycleCosts.window).")
    }
  }

  func run() throws {
    let costs = try CycleCosts(
      cycles: cycles, schemes: filter.map { [$0] } ?? CycleExperiment.Scheme.allCases,
      sizes: members.map { [$0] } ?? [5, 10, 20, 40, 80])
    print("microseconds of CPU a cycle, one thread: minimum [median] of short windows")
    for (scheme, sizes) in costs.secondsPerCycle.sorted(by: { $0.key < $1.key }) {
      for (size, cost) in sizes.sorted(by: { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }) {
        print("\(scheme) \(size)".padding(toLength: 18, withPad: " ", startingAt: 0) + cost.text)
      }
    }
    print("all of them       " + costs.figure5.secondsPerCycle.text)
    guard let file else { return }
    try JSONEncoder().encode(costs).write(to: URL(filePath: file))
  }
}

extension CycleExperiment.Scheme: @retroactive ExpressibleByArgument {}

/// What `README.md` says of the file for `--ours`.
private struct CycleCosts: Encodable {
  /// Seconds a cycle over windows.
  struct Cost: Encodable {
    let minimum, median: Double

    init(_ readings: [Double]) {
      let sorted = readings.sorted()
      (minimum, median) = (sorted[0], sorted[sorted.count / 2])
    }

    var text: String { String(format: "%10.1f [%10.1f]", 1e6 * minimum, 1e6 * median) }
  }

  struct Figure: Encodable {
    let secondsPerCycle: Cost
  }

  /// By filter, then by number of members, "any" for those that do without.
  private(set) var secondsPerCycle: [String: [String: Cost]] = [:]
  /// Of all filters and sizes together.
  let figure5: Figure
  /// Of making a world: its coefficients, truth and observations.
  let worldSecondsPerCycle: Double

  /// Cycles in a reading, as many as the peer's.
  static let window = 10

  init(cycles: Int, schemes: [CycleExperiment.Scheme], sizes: [Int]) throws {
    let bank = FilterBank.circle()
    let design = CycleDesign()
    let mean = try design.meanCovariance(regime: .standard, cycles: 300, key: RandomKey(1))
    let experiment = CycleExperiment(
      cycles: cycles, network: .random(.circle(bank), key: RandomKey(2)), meanCovariance: mean)
    let start = Clock.now.thread
    let world = try experiment.world(key: RandomKey(2024))
    worldSecondsPerCycle = (Clock.now.thread - start) / Double(cycles)
    var all = Array(repeating: 0.0, count: cycles / Self.window)
    for scheme in schemes {
      for size in scheme.usesEnsemble ? sizes : [0] {
        let filter = try experiment.filter(scheme, members: size)
        let readings = try Self.readings(filter, in: world)
        secondsPerCycle[scheme.rawValue, default: [:]][size > 0 ? "\(size)" : "any"] =
          Cost(readings)
        for k in readings.indices { all[k] += readings[k] }
      }
    }
    figure5 = Figure(secondsPerCycle: Cost(all))
  }

  private static func readings(
    _ filter: some Filter, in world: CycleExperiment.World
  ) throws -> [Double] {
    var run = try world.twin.start(filter, measuring: [], key: RandomKey(3))
    return (0..<world.twin.times.count / window).map { _ in
      let start = Clock.now.thread
      world.twin.advance(&run, filter, cycles: window)
      precondition(run.run.failure == nil, "\(filter.name): \(run.run.failure!)")
      return (Clock.now.thread - start) / Double(window)
    }
  }
}

extension SpectrumNetwork {
  /// Weights and biases uniform within one over the root of the inputs, as PyTorch's layers start.
  fileprivate static func random(
    _ architecture: SpectrumArchitecture, key: RandomKey
  ) -> SpectrumNetwork {
    let widths = [architecture.bandCount] + architecture.hidden + [architecture.spectrumCount]
    let layers = zip(widths, widths.dropFirst()).enumerated().map { layer, widths in
      let (inputs, outputs) = widths
      let bound = 1 / Double(inputs).squareRoot()
      let numbers = key.foldIn(UInt32(layer)).uniform(
        [inputs + 1, outputs], in: -bound..<bound
      ).scalars
      return Layer(
        weights: Matrix(
          rows: inputs, columns: outputs, Array(numbers.prefix(inputs * outputs))),
        biases: Array(numbers.suffix(outputs)))
    }
    return SpectrumNetwork(architecture, layers: layers)
  }
}
