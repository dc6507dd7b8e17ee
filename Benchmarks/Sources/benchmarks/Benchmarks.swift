import ArgumentParser
import Foundation
import Inference
import PPL

@main
struct Benchmarks: ParsableCommand {
  @Option(name: .customLong("case"), help: "Only this case, in this process.")
  var name: String?

  func run() throws {
    let found = Case.all.first { $0.name == name ?? "gev-40" }!
    let r = try found.measured(seconds: 2)
    print(r)
  }
}
