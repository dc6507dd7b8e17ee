import ArgumentParser
import Assimilation
import PPL
import Plugins
import Runs

/// The experiment `ppl run lsef-models`: LSEF and other filters on chaotic models that are not its own.
struct ModelCommand: Experiment {
  /// The number of analyses in each run of the training.
  var trainingCycles = 300

  let name = "lsef-models"
  let summary =
    "LSEF on Lorenz-96, Lorenz-2005 and Kuramoto-Sivashinsky, against tuned LETKF, DEnKF and hybrids."

  struct Options: ParsableArguments, Sendable {
    @Option(
      help: ArgumentHelp(
        "The model: \(ModelCase.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
    var model = "lorenz-96"

    @Option(
      parsing: .unconditional,
      help: "The stride between observed points; 1 observes all of them.")
    var observe = 1

    @Option(
      help: ArgumentHelp(
        "The ensemble sizes, from 3, separated by commas.", valueName: "sizes"))
    var members = "10"

    @Option(
      help: ArgumentHelp(
        "The filters, separated by commas: \(ModelScheme.allCases.map(\.flag).joined(separator: ", ")); all if not given.",
        valueName: "names"))
    var schemes: String?

    @Option(parsing: .unconditional, help: "The number of worlds, each with a truth of its own.")
    var worlds = 8

    @Option(
      parsing: .unconditional,
      help: "The number of analyses in a world that count.")
    var cycles = 400

    @Option(
      parsing: .unconditional,
      help: "The number of analyses at the start of a world or trial that do not count.")
    var burnIn = 100

    @Option(
      parsing: .unconditional,
      help:
        "The number of analyses that count in each of the \(ModelStudy.trialWorlds) worlds of a trial; a filter has 16 trials."
    )
    var trialCycles = 200

    init() {}

    func validate() throws {
      let own = try modelCase
      try checkRange("--observe", observe, 1...own.points / 2)
      _ = try sizes
      _ = try chosenSchemes
      try checkRange("--worlds", worlds, 1...10_000)
      try checkRange("--cycles", cycles, 1...100_000)
      try checkRange("--burn-in", burnIn, 0...100_000)
      try checkRange("--trial-cycles", trialCycles, 1...100_000)
    }

    var modelCase: ModelCase {
      get throws {
        guard let own = ModelCase.all.first(where: { $0.name == model }) else {
          let names = ModelCase.all.map(\.name)
          throw ValidationError(
            "--model is \(model), but must be \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")."
          )
        }
        return own
      }
    }

    var sizes: [Int] {
      get throws {
        let sizes = members.split(separator: ",").compactMap { Int($0) }
        guard !sizes.isEmpty, sizes.count == members.split(separator: ",").count,
          sizes.allSatisfy({ (3...1_000).contains($0) }), Set(sizes).count == sizes.count
        else {
          throw ValidationError(
            "--members is \(members), but must be different numbers from 3 to 1000, separated by commas, such as 5,10,20."
          )
        }
        return sizes
      }
    }

    var chosenSchemes: [ModelScheme] {
      get throws {
        guard let schemes else { return ModelScheme.allCases }
        let names = schemes.split(separator: ",").map(String.init)
        let found = ModelScheme.allCases.filter { names.contains($0.flag) }
        if let unknown = names.first(where: { name in !found.contains { $0.flag == name } }) {
          throw ValidationError(
            "--schemes has \(unknown), but knows \(ModelScheme.allCases.map(\.flag).joined(separator: ", ")) only."
          )
        }
        guard !found.isEmpty else {
          throw ValidationError("--schemes is empty; leave it out for all.")
        }
        return found
      }
    }
  }

  func run(_ run: RunOptions, _ options: Options, control: RunControl) throws -> RunReport {
    let study = try StudyRun(
      run,
      conditions: [
        .init("--cycles", options.cycles), .init("--burn-in", options.burnIn),
        .init("--trial-cycles", options.trialCycles),
      ], control: control)
    var points: [ModelPoint] = []
    let own = try options.modelCase
    for members in try options.sizes {
      let study = ModelStudy(
        own: own, stride: options.observe, members: members, schemes: try options.chosenSchemes,
        cycles: options.cycles, trialCycles: options.trialCycles,
        burnIn: options.burnIn, trainingCycles: trainingCycles, run: study)
      guard let trained = try study.trained(),
        let outcomes = try study.outcomes(worlds: options.worlds, trained: trained)
      else { break }
      points.append(try ModelPoint(members, trained, outcomes, key: study.run.key.foldIn(4)))
    }
    guard !points.isEmpty else { throw study.interruption }
    return try ModelReport(
      seed: run.seed, options: options, own: own, points: points, wantsFiles: run.output != nil
    ).report
  }
}
