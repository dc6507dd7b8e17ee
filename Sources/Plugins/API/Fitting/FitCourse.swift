import Foundation
import Inference
import Runs
import Tables

/// How a fit went, as numbers and in words.
public struct FitCourse: Encodable, Sendable {
  /// What the loss was; one a step.
  public struct Losses: Encodable, Sendable {
    /// In the first and in the last step; nothing, and null in JSON, where it was not finite.
    public let first, last: Double?
    /// How many there are.
    public let count: Int
    /// Of the finite ones among the last 500; not there if none is.
    public let meanOfLast: Double?

    enum CodingKeys: String, CodingKey {
      case first, last, count
      case meanOfLast = "mean_of_last"
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      // JSON has no infinity: null, and `steps.infinite` counts them.
      try container.encode(first, forKey: .first)
      try container.encode(last, forKey: .last)
      try container.encode(count, forKey: .count)
      try container.encodeIfPresent(meanOfLast, forKey: .meanOfLast)
    }
  }
  /// What was out of the ordinary.
  public struct Steps: Encodable, Sendable {
    /// How many steps had their gradient shortened, had entries of it set to 0, had a loss that is not finite.
    public let clipped, zeroed, infinite: Int
  }

  /// Whether the fit converged, by its last losses.
  public let converged: Bool
  /// The same in words.
  public let verdict: String
  /// The losses in short.
  public let losses: Losses
  /// The steps out of the ordinary.
  public let steps: Steps
  /// Wall time, seconds, as `FitRun.seconds`.
  public let seconds: Double
}

extension FitRun {
  /// The course in numbers.
  public var course: FitCourse {
    FitCourse(
      converged: convergence.isConverged && failure == nil, verdict: verdict,
      losses: .init(
        first: records.first?.loss.ifFinite, last: records.last?.loss.ifFinite,
        count: history.count, meanOfLast: lastLosses.mean),
      steps: .init(
        clipped: history.clipped, zeroed: history.zeroed, infinite: history.infinite),
      seconds: seconds)
  }

  /// Whether the fit has converged, by the losses of all its steps, those before a checkpoint included.
  public var convergence: Convergence { Convergence(losses: records.map(\.loss)) }

  private var verdict: String { failure ?? "\(convergence)" }

  /// The course in words, a line a fact: steps and speed first, then what was out of the ordinary.
  public var courseLines: [String] {
    let steps = course.steps
    let rate = Double(fit.history.count) / seconds
    let last = lastLosses
    let mean = last.mean.map { String(format: "mean loss of the last %d: %.2f", last.count, $0) }
    let pace =
      wasFinished
      ? "the run was finished: all \(counted(history.count, "step")) were taken before, "
      : counted(history.count, "step")
        + String(format: " in %.2f s (%.0f a second), ", seconds, rate)
    var lines = [pace + (mean ?? "no loss is finite yet")]
    if steps.infinite + steps.clipped + steps.zeroed > 0 {
      lines.append(
        "gradient clipped in \(counted(steps.clipped, "step")), "
          + "entries that were not a number set to 0 in \(steps.zeroed); "
          + "\(counted(steps.infinite, "loss", "losses")) not finite (a draw left the support)")
    }
    if history.count < settings.steps {
      lines.append(
        "interrupted after \(history.count) of \(settings.steps) steps; this is the fit so far"
          + (settings.output == nil ? "" : ", and --resume goes on from it"))
    }
    lines.append(verdict)
    lines += fit.outside.map { "\($0)" }
    lines += fit.reads.map { "every step was recorded anew: \($0)" }
    return lines
  }

  /// The finite losses among the last 500.
  private var lastLosses: (count: Int, mean: Double?) {
    let last = records.suffix(500).map(\.loss).filter(\.isFinite)
    return (last.count, last.isEmpty ? nil : last.reduce(0, +) / Double(last.count))
  }
}

extension OutputFile {
  /// A row a draw, a column a number of the sites: `mu`, `theta[0]`, `theta[1]`.
  ///
  /// - Precondition: There are sites of these names.
  public init(_ name: String, draws: Draws, sites: [String]) {
    let columns = sites.flatMap { site in
      let (names, count) = (draws.elementNames(of: site), draws.count)
      let values = draws[site].reshaped(to: [count, names.count]).transposed([1, 0]).scalars
      return names.indices.map { (names[$0], values[($0 * count)..<(($0 + 1) * count)]) }
    }
    var csv = CSVWriter(header: ["draw"] + columns.map(\.0))
    for draw in 0..<draws.count {
      csv.append([.integer(draw)] + columns.map { .number($1[$1.startIndex + draw]) })
    }
    self.init(name, text: csv.text)
  }
}

extension Double {
  /// Nothing for an infinity or NaN.
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}

private func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
}
