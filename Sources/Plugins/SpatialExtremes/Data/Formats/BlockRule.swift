import ArgumentParser

/// The part of each year that a maximum is taken from, the value of `--block`.
public enum Block: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// The months from the first to the last, 1 to 12; where the first comes after the last, those of two years, of which
  /// the block has the later one.
  case months(Int, Int)

  /// The calendar year.
  public static let year = Block.months(1, 12)

  /// The block of a name: `year`, `hydrological-year` (October to September), initials of months such as `JJA`, or numbers of
  /// the first and the last month such as `10-3`.
  public init?(argument: String) {
    switch argument.lowercased() {
    case "year", "calendar-year": self = .year
    case "hydrological-year": self = .months(10, 9)
    default:
      if let found = Self.initials(argument.uppercased()) {
        self = found
        return
      }
      let parts = argument.split(separator: "-").map { Int($0) }
      guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
        (1...12).contains(first), (1...12).contains(last)
      else { return nil }
      self = .months(first, last)
    }
  }

  /// The block of the initials of at least two consecutive months, of which exactly one run of months has these.
  private static func initials(_ text: String) -> Block? {
    let twice = Array("JFMAMJJASONDJFMAMJJASOND")
    let sought = Array(text)
    guard (2...11).contains(sought.count) else { return nil }
    let starts = (0..<12).filter { Array(twice[$0..<$0 + sought.count]) == sought }
    guard starts.count == 1 else { return nil }
    return .months(starts[0] + 1, (starts[0] + sought.count - 1) % 12 + 1)
  }

  /// The months, in order.
  var months: [Int] {
    guard case .months(let first, let last) = self else { return [] }
    let count = (last - first + 12) % 12 + 1
    return (0..<count).map { (first - 1 + $0) % 12 + 1 }
  }

  /// The year of the block that a day is in; nil for a day of no block.
  func year(of day: (year: Int, month: Int)) -> Int? {
    guard case .months(let first, let last) = self, months.contains(day.month) else { return nil }
    return first > last && day.month >= first ? day.year + 1 : day.year
  }

  /// The number of days of the block of a year in a calendar.
  func days(in year: Int, _ calendar: CFCalendar) -> Int {
    guard case .months(let first, let last) = self else { return 0 }
    return months.reduce(0) { sum, month in
      sum + calendar.days(inMonth: month, of: first > last && month >= first ? year - 1 : year)
    }
  }

  public var description: String {
    switch self {
    case .months(1, 12): "year"
    case .months(10, 9): "hydrological-year"
    case .months(let first, let last): "\(first)-\(last)"
    }
  }
}

/// The rule by which blocks of days become maxima or minima.
public struct BlockRule: Sendable, Equatable {
  /// The part of each year.
  public var block = Block.year
  /// The least share of the days of a block that have a value.
  public var coverage = 0.9
  /// Whether the smallest values are taken.
  public var minima = false

  /// Calendar years with values on nine of ten days.
  public init(block: Block = .year, coverage: Double = 0.9, minima: Bool = false) {
    (self.block, self.coverage, self.minima) = (block, coverage, minima)
  }
}
