/// A day of the Gregorian calendar, counted from 1970-01-01.
///
/// - Reference: Hinnant (2013), *chrono-compatible low-level date algorithms*, `days_from_civil` and `civil_from_days`.
struct CalendarDay: Equatable {
  /// The number of days since 1970-01-01.
  let number: Int

  /// The day with this number.
  init(_ number: Int) { self.number = number }

  /// The day of a text such as `1985-07-31`; nil for one that is no date.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), day >= 1
    else { return nil }
    number = Self.number(year, month, day)
    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
    guard number < Self.number(next.0, next.1, 1) else { return nil }
  }

  static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin with March, so that leap days are at their ends.
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let ofEra = y - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  /// The year of the day.
  var year: Int { date.year }

  /// The year, the month (1 to 12) and the day of the month.
  var date: (year: Int, month: Int, day: Int) {
    let z = number + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let ofEra = z - era * 146_097
    let y = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * y + y / 4 - y / 100)
    let month = (5 * ofYear + 2) / 153
    return (
      y + era * 400 + (ofYear >= 306 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      ofYear - (153 * month + 2) / 5 + 1
    )
  }
}
