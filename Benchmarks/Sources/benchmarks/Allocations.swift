import ArgumentParser
import CAllocations
import Foundation
import Inference
import PPL

/// The check that no leapfrog step of a sampler allocates.
struct Allocations: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts the allocations of samplers; fails if a leapfrog step allocates.")

  @Option(
    name: .customLong("case"),
    help: "A posterior of the race of samplers, with --data; cases without files if not given.")
  var chosen: SampledPosterior?

  @Option(help: "The data of --case: a file of posteriordb, or the folder of the panel.")
  var data: String?

  @Option(help: "How many transitions of each sampler are counted, after 50.")
  var transitions = 300

  func validate() throws {
    guard (chosen == nil) == (data == nil) else {
      throw ValidationError("--case and --data go together.")
    }
    guard transitions >= 10 else { throw ValidationError("--transitions must be at least 10.") }
  }

  func run() throws {
    guard benchmark_allocation_count() >= 0 else {
      throw ValidationError("allocations are counted on Linux with glibc only.")
    }
    print("means a transition, and what a leapfrog step allocates:")
    var isWithinLimit = true
    func check(_ name: String, _ found: [LeapfrogAllocations]) {
      print(name)
      print(LeapfrogAllocations.header)
      for one in found {
        print(one.line)
        isWithinLimit = isWithinLimit && one.isWithinLimit
      }
    }
    if let chosen, let data {
      let (model, start) = try chosen.problem(URL(filePath: data))
      check(
        chosen.name,
        try LeapfrogAllocations.all(of: model, start: start, transitions: transitions))
    } else {
      let cases: [(name: String, problem: Problem)] = [
        ("eight-schools", eightSchools()),
        ("logistic, 100 rows", logisticRegression(rows: 100, columns: 5)),
        ("gev-10", gev(stations: 10, years: 20)),
      ]
      for (name, problem) in cases {
        let found = try LeapfrogAllocations.all(
          of: problem.posterior, start: problem.initialization, transitions: transitions)
        check(name, found)
      }
    }
    guard isWithinLimit else {
      print("a leapfrog step allocates, or all trajectories are of one length.")
      throw ExitCode.failure
    }
    print("no leapfrog step allocates.")
  }
}
