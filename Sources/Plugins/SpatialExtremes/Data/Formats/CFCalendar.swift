/// A calendar of the CF conventions (CF 1.11, section 4.4.1), and days in it.
enum CFCalendar: String {
  /// The Gregorian calendar, extended to all years.
  case gregorian
  /// The Gregorian calendar since 1582-10-15 and the Julian one before, in which files may have their date of reference, such
  /// as 0001-01-01.
  case standard
  /// All years have 365 days.
  case noLeap
  /// All years have 366 days.
  case allLeap
  /// All months have 30 days.
  case days360

  /// The calendar of the attribute `calendar`; nil for one that is not known, such as `julian`.
  init?(cf name: String) {
    switch name.lowercased() {
    case "", "standard", "gregorian": self = .standard
    case "proleptic_gregorian": self = .gregorian
    case "noleap", "365_day": self = .noLeap
    case "all_leap", "366_day": self = .allLeap
    case "360_day": self = .days360
    default: return nil
    }
  }

  /// The number of days of a month.
  func days(inMonth month: Int, of year: Int) -> Int {
    if self == .days360 { return 30 }
    if month == 2 { return isLeap(year) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private func isLeap(_ year: Int) -> Bool {
    switch self {
    case .gregorian, .standard: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    case .allLeap: true
    case .noLeap, .days360: false
    }
  }

  /// The number of a day: equal for equal days, larger for later ones.
  ///
  /// - Parameters:
  ///   - year: The year.
  ///   - month: The month, 1 to 12.
  ///   - day: The day of the month, from 1.
  func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    if isGregorian {
      return CalendarDay.number(year, month, day) + julianShift(year, month, day)
    }
    return year * daysOfYear + (1..<month).reduce(0) { $0 + days(inMonth: $1, of: year) } + day - 1
  }

  private var isGregorian: Bool { self == .gregorian || self == .standard }

  /// The number of days by which a Julian date is later than the Gregorian one of the same name; 0 for a Gregorian date.
  ///
  /// - Reference: Meeus (1998), *Astronomical Algorithms*, chapter 7.
  private func julianShift(_ year: Int, _ month: Int, _ day: Int) -> Int {
    guard self == .standard, (year, month, day) < (1582, 10, 15) else { return 0 }
    // Years begin with March; centuries are rounded down for years before 0 too.
    let y = Double(month <= 2 ? year - 1 : year)
    return Int((y / 100).rounded(.down) - (y / 400).rounded(.down)) - 2
  }

  private var daysOfYear: Int { self == .days360 ? 360 : self == .allLeap ? 366 : 365 }

  /// The date of a number; before 1582-10-15 that of the extended Gregorian calendar.
  func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
    if isGregorian {
      let date = CalendarDay(number).date
      return (date.year, date.month, date.day)
    }
    var year = number / daysOfYear
    if number < year * daysOfYear { year -= 1 }
    var rest = number - year * daysOfYear
    for month in 1...12 {
      let days = days(inMonth: month, of: year)
      if rest < days { return (year, month, rest + 1) }
      rest -= days
    }
    return (year, 12, 31)
  }
}
