import Distributions
import Foundation
import Inference
import PPL
import TestSupport
import Testing

/// Coaching in eight schools (Rubin 1981), against the long runs of posteriordb.
///
/// The numbers lie in `data/posteriordb` of the folder `shared` beside the package.
@Suite(.enabled(if: PosteriorDB.isThere, "posteriordb is not in \(PosteriorDB.folder.path)"))
struct EightSchoolsTests {
  private static func model(_ y: Tensor, _ sigma: Tensor) -> Model<Void> {
    Model { p in
      let mu = p.sample("mu", Normal(0, 5))
      let tau = p.sample("tau", HalfCauchy(5))
      p.plate("school", 8) { p in
        let standard = p.sample("standard", Normal(0, 1))
        let theta = p.deterministic("theta", mu + tau * standard)
        p.sample("y", Normal(theta, sigma), observed: y)
      }
    }
  }
  private let posterior: Model<Void>

  init() throws {
    let data = try PosteriorDB.json("data/eight_schools.json")
    posterior = Self.model(
      Tensor(try #require(data["y"])), Tensor(try #require(data["sigma"])))
  }

  @Test func theLogDensityIsThatOfStan() throws {
    let point: [String: Tensor] = [
      "standard": [0.5, -0.25, 0.1, 0, -0.5, -0.1, 0.75, 0.2], "mu": 4, "tau": 3,
    ]
    let found = try posterior.substituting(point).trace().logDensity().scalar
    // Six decimals are given.
    expectClose([found], [-42.741239], relative: 0, absolute: 1e-6)
  }

  @Test func independentNormalsComeCloseToThePosterior() throws {
    let draws = try closeFit(posterior).draws(10_000, key: RandomKey(0))
    let reference = try PosteriorDB.moments("eight_schools-eight_schools_noncentered")
    let mu = try #require(reference["mu"])
    let tau = try #require(reference["tau"])
    // A mean field ignores correlations: half a posterior deviation, and a quarter for a scale.
    #expect(abs(draws["mu"].mean().scalar - mu.mean) < 0.5 * mu.deviation)
    #expect(abs(draws["tau"].mean().scalar / tau.mean - 1) < 0.25)
    for school in 0..<8 {
      let theta = try #require(reference["theta[\(school + 1)]"])
      let found = draws["theta"][.all, .at(school)].mean().scalar
      #expect(abs(found - theta.mean) < 0.5 * theta.deviation, "school \(school + 1)")
    }
  }
}

private enum PosteriorDB {
  static var folder: URL {
    // SVI, InferenceTests, Tests, the package, and out of it.
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("shared/data/posteriordb", isDirectory: true)
  }
  static var isThere: Bool {
    FileManager.default.isReadableFile(atPath: folder.appendingPathComponent("reference.csv").path)
  }

  static func json(_ path: String) throws -> JSONValue {
    try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: folder.appendingPathComponent(path)))
  }

  /// Mean and standard deviation of each parameter; the columns are posterior, parameter, mean, sd.
  static func moments(_ posterior: String) throws -> [String: (mean: Double, deviation: Double)] {
    let text = try String(
      contentsOf: folder.appendingPathComponent("reference.csv"), encoding: .utf8)
    var moments: [String: (mean: Double, deviation: Double)] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ",")
      guard fields[0] == posterior, let mean = Double(fields[2]), let sd = Double(fields[3]) else {
        continue
      }
      moments[String(fields[1])] = (mean, sd)
    }
    return moments
  }
}
