import ArgumentParser

/// The time and memory of inference, case by case. Start reading at `Case`.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measures the time and memory of inference.",
    subcommands: [
      Measure.self, Fit.self, Network.self, Spectrum.self, SpectrumData.self, Profiles.self,
      Loops.self, StaticStages.self, Cycle.self, ExportData.self, Sample.self,
      Allocations.self,
    ],
    defaultSubcommand: Measure.self)
}

extension Case: ExpressibleByArgument {
  init?(argument: String) {
    guard let found = Case.all.first(where: { $0.name == argument }) else { return nil }
    self = found
  }
  static var allValueStrings: [String] { all.map(\.name) }
}
