import ArgumentParser

/// A list of numbers, the value of a flag: `2,25,100`.
struct NumberList: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let values: [Double]

  /// A list of these numbers.
  init(_ values: [Double]) { self.values = values }

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0)
    }
    let values = numbers.compactMap(\.self).filter(\.isFinite)
    guard values.count == numbers.count else { return nil }
    self.values = values
  }

  var description: String { values.map(shortNumber).joined(separator: ",") }
  var defaultValueDescription: String { description }
}

/// A list of years and spans of years, the value of a flag: `2024,2050` or `2020-2029`.
struct YearList: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let spans: [YearSpan]

  init?(argument: String) {
    let spans = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      YearSpan(argument: String($0))
    }
    self.spans = spans.compactMap(\.self)
    guard self.spans.count == spans.count else { return nil }
  }

  var years: [Int] { spans.flatMap { Array($0.years) } }
  var description: String { spans.map(\.description).joined(separator: ",") }
}

/// A span of years, the value of a flag: `1850-1900`; a single year is one of length 1.
struct YearSpan: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
  let years: ClosedRange<Int>

  /// The span of these years.
  init(_ years: ClosedRange<Int>) { self.years = years }

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    let ends = parts.compactMap(\.self)
    guard (1...2).contains(ends.count), ends.count == parts.count,
      ends.allSatisfy({ calendarYears.contains($0) }), ends[0] <= ends[ends.count - 1]
    else { return nil }
    years = ends[0]...ends[ends.count - 1]
  }

  var description: String {
    years.count == 1 ? "\(years.lowerBound)" : "\(years.lowerBound)-\(years.upperBound)"
  }
}

/// The climate that warming and probability ratios refer to, the value of `--baseline`: `1850-1900`, or `gmst=0.1`.
enum Baseline: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
  /// The mean over some years.
  case years(YearSpan)
  /// A global mean surface temperature, °C.
  case gmst(Double)

  init?(argument: String) {
    if argument.hasPrefix("gmst=") {
      guard let value = Double(argument.dropFirst(5)), value.isFinite else { return nil }
      self = .gmst(value)
    } else {
      guard let span = YearSpan(argument: argument) else { return nil }
      self = .years(span)
    }
  }

  var description: String {
    switch self {
    case .years(let span): "\(span)"
    case .gmst(let value): "gmst=\(shortNumber(value))"
    }
  }
}
