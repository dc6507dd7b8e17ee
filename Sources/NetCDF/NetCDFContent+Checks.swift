extension NetCDFContent {
  /// Checks the names of dimensions, variables and groups.
  ///
  /// - Throws: `NetCDFError` for a name that NetCDF does not take, or one that is used twice.
  func checkNames(_ file: String) throws(NetCDFError) {
    let groups = groupAttributes.map(\.path).filter { !$0.isEmpty }
    let kinds = [
      ("dimension", dimensions.map(\.name)), ("variable", variables.map(\.path)), ("group", groups),
    ]
    for (kind, paths) in kinds {
      var seen: Set<String> = []
      for path in paths {
        for name in path.split(separator: "/", omittingEmptySubsequences: false) {
          guard Self.isName(name) else {
            throw NetCDFError(
              file: file, found: "\"\(path)\" is not the name of a \(kind)",
              remedy: "begin it with a letter, digit or underscore, and use no control characters "
                + "or blanks at its end")
          }
        }
        guard seen.insert(path).inserted else {
          throw NetCDFError(
            file: file, found: "there are two of the \(kind) \"\(path)\"",
            remedy: "give each a name of its own")
        }
      }
    }
  }

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 256 else { return false }
    let begins = first.value > 127 || first == "_" || first.properties.isAlphabetic
    let isDigit = ("0"..."9").contains(first)
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    return (begins || isDigit) && isPlain && name.last != " "
  }

  /// The indices in `dimensions` of each variable's dimensions.
  ///
  /// - Throws: `NetCDFError` for a dimension that is not there, a length that is not positive, values that do not fill
  ///   the shape, or that their type cannot hold.
  func checkedShapes(_ file: String) throws(NetCDFError) -> [[Int]] {
    for dimension in dimensions where dimension.length < 1 {
      throw NetCDFError(
        file: file, found: "the dimension \"\(dimension.name)\" has the length \(dimension.length)",
        remedy: "leave out variables without values, and their dimensions")
    }
    var shapes: [[Int]] = []
    for variable in variables {
      func error(_ found: String, _ remedy: String) -> NetCDFError {
        NetCDFError(file: file, variable: variable.path, found: found, remedy: remedy)
      }
      var shape: [Int] = []
      for name in variable.dimensions {
        guard let index = index(ofDimension: name, from: variable.path) else {
          throw error(
            "there is no dimension \"\(name)\" in its group or around it", "add the dimension")
        }
        shape.append(index)
      }
      let count = shape.reduce(1) { $0 * dimensions[$1].length }
      guard count == variable.values.count else {
        throw error(
          "it has \(variable.values.count) values, but its dimensions "
            + "[\(variable.dimensions.joined(separator: ", "))] hold \(count)",
          "give one value for each place")
      }
      if case .numbers(let numbers, let storage) = variable.values {
        guard storage.isNumeric else {
          throw error("numbers cannot be of type \(storage.rawValue)", "choose a numeric type")
        }
        if let wrong = numbers.first(where: { !storage.holds($0) }) {
          throw error("the type \(storage.rawValue) cannot hold \(wrong)", "choose a wider type")
        }
      }
      shapes.append(shape)
    }
    return shapes
  }

  /// The dimension of a name in the group of a path, or the closest group around it.
  private func index(ofDimension name: String, from path: String) -> Int? {
    var groups = path.split(separator: "/").dropLast()
    while true {
      let sought = (groups.map(String.init) + [name]).joined(separator: "/")
      if let index = dimensions.firstIndex(where: { $0.name == sought }) { return index }
      if groups.popLast() == nil { return nil }
    }
  }
}

extension NetCDFStorage {
  /// Whether this type can store a number without changing it, but for the rounding of `float`.
  fileprivate func holds(_ x: Double) -> Bool {
    guard isInteger else { return self == .double || !x.isFinite || Float(x).isFinite }
    return switch self {
    case .int8: Int8(exactly: x) != nil
    case .uint8: UInt8(exactly: x) != nil
    case .int16: Int16(exactly: x) != nil
    case .uint16: UInt16(exactly: x) != nil
    case .int32: Int32(exactly: x) != nil
    case .uint32: UInt32(exactly: x) != nil
    // Up to 2^53 a `Double` holds every whole number.
    case .int64: x.rounded() == x && abs(x) <= 0x1p53
    default: x.rounded() == x && (0...0x1p53).contains(x)
    }
  }
}
