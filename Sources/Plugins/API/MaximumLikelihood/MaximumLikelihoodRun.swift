import Foundation
import Inference
import PPL
import Parallel
import Runs

/// Maximum likelihood estimates as a fit, whose draws are those of their asymptotic normal distribution.
///
/// It takes seconds: `--resume` fits again, in the folder of a run with the same model, data and flags.
public struct MaximumLikelihoodRun: Fit {
  /// The estimates with their covariance.
  public let fit: MaximumLikelihoodFit
  public let course: FitCourse
  public let checkpoint: OutputFile?

  /// The content of a checkpoint, whose conditions alone matter.
  private struct Finished: Codable {}

  /// Fits a problem, without its priors.
  ///
  /// - Parameters:
  ///   - method: The search.
  ///   - clusters: The name of the plate whose elements are independent; nil for independent data.
  ///   - problem: The model with its data and its start.
  ///   - context: The flags of every fit, the key and the threads.
  /// - Throws: `Interrupted` if the user interrupts before the search; `FitFailure` where there is no maximum, or it does not
  ///   determine the parameters; as `MaximumLikelihood.fit`.
  public init(
    _ method: MaximumLikelihood, clusters: String?, of problem: InferenceProblem,
    in context: FitContext
  ) throws {
    let began = ContinuousClock.now
    let control = context.control
    if context.settings.resume, let folder = context.settings.outputFolder {
      _ = try CheckpointFile.read(Finished.self, in: folder, conditions: context.conditions)
    }
    checkpoint = CheckpointFile.file(Finished(), conditions: context.conditions)
    do {
      let found = try method.fit(
        problem.interruptible(by: control).posterior, start: problem.start ?? .median(),
        key: context.key, pool: context.pool)
      fit = try clusters.map { try found.clustered(by: .plate($0)) } ?? found
    } catch is ModelError where control.isInterruptedEarly {
      throw Interrupted()
    } catch let error as MaximumLikelihoodError {
      throw FitFailure(.other(Self.sentence(error)), left: .nothing)
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    course = try Self.course(fit, problem, seconds: seconds)
  }

  private init(
    _ fit: MaximumLikelihoodFit, _ course: FitCourse, checkpoint: OutputFile?
  ) { (self.fit, self.course, self.checkpoint) = (fit, course, checkpoint) }

  private static func course(
    _ fit: MaximumLikelihoodFit, _ problem: InferenceProblem, seconds: Double
  ) throws -> FitCourse {
    let numbers = try MaximumLikelihoodNumbers(fit, problem)
    return FitCourse(
      isConverged: true, verdict: "\(fit.convergence).", facts: numbers.facts(fit, seconds),
      remarks: ["the draws are those of the asymptotic normal distribution; priors do not count."],
      numbers: numbers, seconds: seconds)
  }

  /// The run with the standard errors of data that depend on each other within clusters.
  ///
  /// - Parameters:
  ///   - clusters: The division of the data.
  ///   - problem: The model with its data.
  /// - Throws: As `MaximumLikelihoodFit.clustered(by:information:)`.
  public func clustered(
    by clusters: DataClusters, of problem: InferenceProblem
  ) throws -> MaximumLikelihoodRun {
    let clustered = try fit.clustered(by: clusters)
    return MaximumLikelihoodRun(
      clustered, try Self.course(clustered, problem, seconds: course.seconds),
      checkpoint: checkpoint)
  }

  public func posterior(draws count: Int, key: RandomKey, pool: WorkPool) throws -> Posterior {
    try fit.draws(count, key: key, pool: pool)
  }

  public var remedyOfInfiniteDraws: String {
    "the estimates are too uncertain for a normal distribution; take --backend nuts"
  }

  /// An error without a full stop, with the flags that help.
  private static func sentence(_ error: MaximumLikelihoodError) -> String {
    let remedy =
      switch error {
      case .noMaximum: "take more --starts, or --backend nuts"
      case .notIdentified: "fix one of them, or take --backend nuts, in which priors count"
      default: error.remedy
      }
    return error.finding + (remedy.map { "; \($0)" } ?? "")
  }
}

/// The numbers of maximum likelihood in JSON: its criteria, and estimates with standard errors in place of moments of draws.
struct MaximumLikelihoodNumbers: Encodable, Sendable {
  private let members: JSONObject
  /// The lines of the table of estimates.
  private let table: [String]

  /// An estimate with its standard error and the ends of its 90 % interval by the normal distribution.
  private struct Number: Encodable {
    let mean, sd, q05, q50, q95: Double

    /// The cells of a table.
    var cells: [String] { [mean, sd, q05, q95].map { String(format: "%.5g", $0) } }

    init(_ estimate: Double, _ error: Double) {
      let half = 1.6448536269514722 * error
      (mean, sd, q50) = (estimate, error, estimate)
      (q05, q95) = (estimate - half, estimate + half)
    }
  }

  init(_ fit: MaximumLikelihoodFit, _ problem: InferenceProblem) throws {
    let convergence = fit.convergence
    let sites = try Self.sites(of: fit, problem)
    table = Self.table(of: sites, estimated: Set(fit.names))
    members = JSONObject([
      ("log_likelihood", fit.logLikelihood), ("aic", fit.aic), ("bic", fit.bic()),
      ("tic", fit.tic),
      (
        "parameters",
        JSONObject(sites.flatMap { site in site.numbers.map { ($0.name, $0.number) } })
      ),
      (
        "maximum_likelihood",
        JSONObject([
          ("parameters", fit.parameterCount), ("observations", fit.observations),
          ("newton_step", convergence.newtonStep), ("gradient_norm", convergence.gradientNorm),
          ("condition_number", convergence.conditionNumber), ("searches", convergence.searches),
          ("agreeing", convergence.agreeing), ("clusters", fit.clusters?.count),
        ])
      ),
    ])
  }

  func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

  /// The numbers of a site by the names of its elements.
  private struct Site {
    let name: String
    let numbers: [(name: String, number: Number)]
  }

  /// The numbers of estimated sites, and of deterministic ones that are reported or single numbers.
  private static func sites(
    of fit: MaximumLikelihoodFit, _ problem: InferenceProblem
  ) throws -> [Site] {
    // One draw has the names of the elements, with the labels of the plates.
    let one = try fit.draws(1, key: RandomKey(0), pool: .serial)
    let named = try problem.labels.sorted { $0.key < $1.key }
      .reduce(one) { try $0.labelled($1.key, $1.value) }
    let shown = Set(problem.reportedSites ?? named.draws.names)
    return try named.draws.names.compactMap { site in
      let names = named.elementNames(of: site)
      let (value, error): (Tensor, Tensor)
      if let estimate = fit.estimates[site], let own = fit.standardErrors[site] {
        (value, error) = (estimate, own)
      } else if shown.contains(site) || names.count == 1 {
        (value, error) = try fit.estimate(ofSite: site)
      } else {
        return nil
      }
      let numbers = zip(value.scalars, error.scalars).map(Number.init)
      return Site(name: site, numbers: zip(names, numbers).map { ($0, $1) })
    }
  }

  /// The table of the estimated sites; in place of coordinates, the site that is computed from them.
  private static func table(of sites: [Site], estimated: Set<String>) -> [String] {
    let names = Set(sites.map(\.name))
    let shown = Set(estimated.map { names.siteComputed(from: $0) ?? $0 })
    var table = TextTable([.leading()] + Array(repeating: .trailing(), count: 4), gap: 2)
    table.append(["", "estimate", "std. error", "5 %", "95 %"])
    for site in sites where shown.contains(site.name) {
      for (name, number) in site.numbers { table.append([name] + number.cells) }
    }
    return table.lines
  }

  /// The lines of a report: estimates, criteria and clusters.
  func facts(_ fit: MaximumLikelihoodFit, _ seconds: Double) -> [String] {
    let clusters = fit.clusters.map {
      "standard errors of \($0.count) independent clusters \($0.clusters)"
        + String(format: ", TIC %.2f", fit.tic ?? .nan)
    }
    return table + [
      "",
      "log likelihood "
        + String(
          format: "%.4f with %d parameters and %d data, AIC %.2f, BIC %.2f, in %.2f s",
          fit.logLikelihood, fit.parameterCount, fit.observations, fit.aic, fit.bic(), seconds),
    ] + [clusters].compactMap(\.self)
  }
}
