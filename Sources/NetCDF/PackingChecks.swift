extension NetCDFVariable {
  /// The first attribute of packing or of missing values that is not of the kind it must be, as the first half of a
  /// sentence; nil where all are.
  ///
  /// Left out, such an attribute would make other numbers of the stored ones without a word.
  var wrongPacking: (found: String, remedy: String)? {
    let kinds: [(name: String, count: ClosedRange<Int>, meaning: String)] = [
      ("scale_factor", 1...1, "one number"), ("add_offset", 1...1, "one number"),
      ("valid_min", 1...1, "one number"), ("valid_max", 1...1, "one number"),
      ("valid_range", 2...2, "two numbers"), ("_FillValue", 1...1, "one number"),
      ("missing_value", 1...Int.max, "numbers"),
    ]
    for (name, count, meaning) in kinds {
      guard let value = attributes[name] else { continue }
      let numbers = attributes.numbers(name)
      let isPacking = ["scale_factor", "add_offset"].contains(name)
      if let numbers, count.contains(numbers.count),
        !isPacking || numbers.allSatisfy(\.isFinite)
      {
        continue
      }
      let shown =
        switch value {
        case .text(let text): "the text \"\(text)\""
        case .texts(let texts): "the texts \(texts)"
        case .numbers, .integers: "\(numbers ?? [])"
        }
      return (
        "its attribute \"\(name)\" is \(shown), not \(meaning)",
        "write it as \(meaning), as in \(example(name)), or remove it"
      )
    }
    return nil
  }

  private func example(_ name: String) -> String {
    switch name {
    case "scale_factor": "0.1"
    case "valid_range": "-500, 600"
    default: "20"
    }
  }
}
