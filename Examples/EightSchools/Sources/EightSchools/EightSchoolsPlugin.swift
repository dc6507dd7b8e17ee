import ArgumentParser
import PPL
import Plugins

/// The models of this package, for any program over a registry.
public struct EightSchoolsPlugin: Plugin {
  public let name = "eight-schools"
  public let summary = "Effects that are alike but not the same."
  public let models: [any FittableModel] = [EightSchoolsModel()]

  public init() {}
}

/// The plugin `eight-schools` of the command line.
struct EightSchoolsModel: FittableModel {
  let name = "eight-schools"
  let summary = "y ~ Normal(theta, error), theta ~ Normal(mu, tau): the effects of coaching."
  let dataNeeded = """
    Data: a folder with one table. Other columns are passed over.
      schools.csv  school, effect, standard_error; points
    At least 2 schools.
    """

  struct Options: ParsableArguments, Sendable {
    // `.unconditional` lets a value begin with a minus, so that the message is about the number.
    @Option(parsing: .unconditional, help: "Prior scale of how much the schools differ, points.")
    var priorSpread = 5.0

    func validate() throws {
      guard priorSpread > 0, priorSpread.isFinite else {
        throw ValidationError("--prior-spread is \(priorSpread), but must be positive.")
      }
    }
  }

  func dataset(_ options: Options, from source: DataSource) throws -> SchoolTable {
    try source.folder.map { try SchoolTable(folder: $0) } ?? SchoolTable.example()
  }

  func problem(_ options: Options, _ table: SchoolTable) throws -> InferenceProblem {
    InferenceProblem(
      schoolEffects(errors: Tensor(table.errors), spread: options.priorSpread)
        .conditioned(on: ["y": Tensor(table.effects)]),
      reportedSites: ["mu", "tau", "theta"])
  }
}
