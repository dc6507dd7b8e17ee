import Foundation
import PPL

/// A summary of the draws of one number: population standard deviation, quantiles by linear interpolation.
public struct Summary: Codable, Sendable, Equatable {
  /// Mean, standard deviation, and the 5 % and 95 % quantiles, in the units of the site.
  public let mean, sd, q05, q95: Double

  /// One summary for each element of draws `[count] + shape`, row-major.
  public static func each(of draws: Tensor) -> [Summary] {
    let moments = [draws.mean(along: [0]), draws.standardDeviation(along: [0])]
    let columns = (moments + draws.quantiles([0.05, 0.95], along: 0)).map(\.scalars)
    return columns[0].indices.map {
      Summary(mean: columns[0][$0], sd: columns[1][$0], q05: columns[2][$0], q95: columns[3][$0])
    }
  }
}

extension Draws {
  /// One summary for each element of a site, row-major.
  ///
  /// - Precondition: There is a site of this name.
  public func summaries(of name: String) -> [Summary] { Summary.each(of: self[name]) }

  /// The table of mean, standard deviation and 5 % and 95 % quantiles, with a line for each element of all sites.
  public func table() -> String { rows(of: names) { elementNames(of: $0) } }

  /// The table of mean, standard deviation and 5 % and 95 % quantiles, with a line for each element of some sites.
  ///
  /// - Parameter names: The sites to show, in this order.
  /// - Throws: `InferenceError.unknownSite` for a name that no site has.
  public func table(of names: [String]) throws(InferenceError) -> String {
    try demandSites(names)
    return rows(of: names) { elementNames(of: $0) }
  }

  /// Checks that there are sites of these names.
  ///
  /// - Throws: `InferenceError.unknownSite` for a name that no site has.
  func demandSites(_ names: [String]) throws(InferenceError) {
    for name in names where find(name) == nil { throw .unknownSite(name, known: self.names) }
  }

  func rows(of names: [String], elementNames: (_ site: String) -> [String]) -> String {
    var rows = [["", "mean", "sd", "5 %", "95 %"]]
    for name in names {
      for (element, s) in zip(elementNames(name), summaries(of: name)) {
        rows.append([element] + [s.mean, s.sd, s.q05, s.q95].map { String(format: "%.2f", $0) })
      }
    }
    return alignedLines(rows, gap: 1, width: 9)
  }

  /// The names of the elements of a site, row-major: `theta[0]`, `theta[1]`; the bare name for a number.
  ///
  /// - Precondition: There is a site of this name.
  public func elementNames(of name: String) -> [String] {
    elementNames(of: name) { _, _ in nil }
  }

  /// The names of the elements of a site, row-major, with labels.
  ///
  /// - Parameter label: The label of an index along an axis; nil for the index itself.
  func elementNames(
    of name: String, _ label: (_ axis: Int, _ index: Int) -> String?
  ) -> [String] {
    let shape = Array(self[name].shape.dropFirst())
    guard !shape.isEmpty else { return [name] }
    return (0..<shape.reduce(1, *)).map { element in
      var rest = element
      let place = shape.indices.reversed().map { axis in
        defer { rest /= shape[axis] }
        let index = rest % shape[axis]
        return label(axis, index) ?? "\(index)"
      }
      return name + "[" + place.reversed().joined(separator: ", ") + "]"
    }
  }
}
