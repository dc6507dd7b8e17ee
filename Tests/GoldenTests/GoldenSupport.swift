import Foundation
import Inference
import PPL
import SpatialExtremes
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips the suite where one of these files of reference numbers is missing, and names it.
  static func needs(_ files: String...) -> Self {
    let missing = files.filter { Reference.url($0) == nil }.joined(separator: ", ")
    return .enabled(if: missing.isEmpty, "not in \(Reference.folder.path): \(missing)")
  }
}

extension Reference {
  /// A column of numbers of a table without quotes.
  static func column(_ name: String, of file: String) throws -> [Double] {
    let location = try #require(Reference.url(file))
    let lines = try String(contentsOf: location, encoding: .utf8).split(whereSeparator: \.isNewline)
    let header = try #require(lines.first).split(separator: ",").map(String.init)
    let place = try #require(header.firstIndex(of: name), "no column \(name) in \(file)")
    return try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return try #require(Double(cells[place]), "\(file): \(line)")
    }
  }

  /// Longitude and latitude of `stations.csv`, `[S, 2]`.
  static func stations() throws -> Tensor {
    let longitude = Tensor(try column("lon", of: "stations.csv"))
    return stack([longitude, Tensor(try column("lat", of: "stations.csv"))], along: 1)
  }

  /// The model of the data in `stations.csv`, `gmst.csv` and `maxima.csv`.
  static func gev() throws -> GEVMultiplicative {
    GEVMultiplicative(try StationMaxima(folder: folder))
  }
}

extension JSONValue {
  /// The value under these names, one inside the other; fails the test where there is none.
  func at(_ path: String...) throws -> JSONValue {
    try path.reduce(self) { value, name in
      try #require(value[name], "the file has no \(path.joined(separator: "."))")
    }
  }

  func number(_ name: String) throws -> Double {
    try #require(try at(name).double, "\(name) is not a number")
  }

  func tensor(_ name: String) throws -> Tensor { Tensor(try at(name)) }

  /// The members of an object of numbers and arrays.
  var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: members.map { ($0.name, Tensor($0.value)) })
  }

  /// A key from its two words.
  func key(_ name: String) throws -> RandomKey { RandomKey(words: try tensor(name)) }

  var strings: [String] { elements.compactMap(\.string) }
}

/// Elementwise agreement relative to the element where it is not tiny against `norm`, the length of the whole that it
/// belongs to: below 1e-3 of that it is the rounding of the larger terms that counts.
func expectGradientClose(
  _ found: Tensor, _ expected: Tensor, norm: Double, relative: Double = 1e-9,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    found.scalars, expected.scalars, relative: relative, absolute: 1e-3 * relative * norm,
    comment(), sourceLocation: sourceLocation)
}

/// The length of all these taken as one vector.
func norm(_ tensors: some Sequence<Tensor>) -> Double {
  tensors.reduce(0) { $0 + square($1).sum().scalar }.squareRoot()
}

extension LogJoint {
  /// Value and whole gradient against a point of a file with `unconstrained`, `log_density`, `grad_log_density`.
  ///
  /// - Parameter missing: What the gradient of the file lacks, by site.
  func expectAgreement(with point: JSONValue, missing: [String: Tensor] = [:]) throws {
    let name = try point.at("name").string ?? "?"
    let unconstrained = try point.at("unconstrained").tensors
    #expect(Set(sites.map(\.name)) == Set(unconstrained.keys))

    let (value, gradient) = try LogDensity(self).valueWithGradient(at: unconstrained)
    // Sums of some thousand terms, and two Cholesky factors.
    expectClose([value.scalar], [try point.number("log_density")], relative: 1e-9, name)

    let stored = try point.at("grad_log_density").tensors
    let expected = stored.merging(missing) { $0 + $1 }
    let length = norm(expected.values)
    let error = try sites.map { site in
      try #require(gradient[site.name]) - #require(expected[site.name])
    }
    #expect(norm(error) <= 1e-9 * length, "\(name)")
    for site in sites {
      expectGradientClose(
        try #require(gradient[site.name]), try #require(expected[site.name]), norm: length,
        "\(name): d/d\(site.name)")
    }
  }
}

/// A file of reference numbers speaks of something that there is no counterpart of.
struct UnknownName: Error, CustomStringConvertible {
  let name, file: String
  var description: String { "\(file) has \"\(name)\", which has no counterpart." }
}
