import ArgumentParser

/// Checks that the number of a flag is in a range.
func checkRange<Number: Comparable>(
  _ flag: String, _ number: Number, _ range: ClosedRange<Number>
) throws(ValidationError) {
  guard !range.contains(number) else { return }
  let ends = [range.lowerBound, range.upperBound].map { ($0 as? Double)?.short ?? "\($0)" }
  throw ValidationError("\(flag) is \(number), but must be from \(ends[0]) to \(ends[1]).")
}

extension Double {
  /// The number in decimal notation, without a decimal point where it is whole.
  var short: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
