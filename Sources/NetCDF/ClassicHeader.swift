import Foundation

/// The header of a classic file (CDF-1, CDF-2, CDF-5), read before libnetcdf opens it.
///
/// libnetcdf 4.9 trusts counts and lengths of a classic header: a damaged one can end the process or keep it busy for hours.
/// A header that this reader takes has counts that its bytes hold, dimensions that exist, and values inside the file.
///
/// - Reference: Unidata, *NetCDF Classic Format Specification*, the grammar of the header.
struct ClassicHeader {
  private let bytes: [UInt8]
  private var place = 4
  /// The number of bytes of counts and lengths, and of offsets.
  private let countSize, offsetSize: Int
  private let fileSize: Int

  /// A fault of the header, as the first half of a sentence.
  struct Fault: Error { let found: String }

  /// Checks the header of a file.
  ///
  /// - Parameters:
  ///   - bytes: The first bytes, as many as there may be in a header.
  ///   - format: The format by the first four of them.
  ///   - fileSize: The number of bytes of the file.
  /// - Throws: `Fault` for a header that contradicts itself or the size of the file.
  static func check(
    _ bytes: [UInt8], _ format: Signature.Format, fileSize: Int
  ) throws(Fault) {
    var header = ClassicHeader(bytes, format, fileSize)
    try header.read()
  }

  /// The most bytes that a header may have.
  static let mostBytes = 1 << 26

  private init(_ bytes: [UInt8], _ format: Signature.Format, _ fileSize: Int) {
    (self.bytes, self.fileSize) = (bytes, fileSize)
    countSize = format == .cdf5 ? 8 : 4
    offsetSize = format == .cdf1 ? 4 : 8
  }

  private mutating func read() throws(Fault) {
    let streaming = countSize == 8 ? UInt64.max : UInt64(UInt32.max)
    var records = try number(countSize)
    // The number of records of a file that is still being written follows from its size.
    if records == streaming { records = 0 }
    let lengths = try dimensions()
    try attributes()
    let variables = try variables(lengths)
    try checkPlaces(variables, lengths, records)
  }

  // MARK: Parts of the grammar

  private mutating func dimensions() throws(Fault) -> [UInt64] {
    let count = try listCount(tag: 10, "dimensions", leastBytes: 2 * countSize)
    var lengths: [UInt64] = []
    for _ in 0..<count {
      try name()
      lengths.append(try number(countSize))
    }
    guard lengths.count(where: { $0 == 0 }) <= 1 else {
      throw Fault(found: "two dimensions are unlimited")
    }
    return lengths
  }

  private mutating func attributes() throws(Fault) {
    let count = try listCount(tag: 12, "attributes", leastBytes: 2 * countSize + 4)
    for _ in 0..<count {
      try name()
      let size = try typeSize()
      try skip(try number(countSize), times: size, "an attribute")
    }
  }

  private struct Variable {
    let dimensions: [Int]
    let size: UInt64
    let begin: UInt64
  }

  private mutating func variables(_ lengths: [UInt64]) throws(Fault) -> [Variable] {
    let count = try listCount(tag: 11, "variables", leastBytes: 3 * countSize + 4 + offsetSize)
    var variables: [Variable] = []
    for _ in 0..<count {
      try name()
      let rank = try number(countSize)
      guard rank <= 1024, rank <= UInt64(bytes.count - place) / UInt64(countSize) else {
        throw Fault(found: "a variable has \(rank) dimensions")
      }
      var ids: [Int] = []
      for position in 0..<rank {
        let id = try number(countSize)
        guard id < UInt64(lengths.count) else {
          throw Fault(found: "a variable has the dimension number \(id) of \(lengths.count)")
        }
        guard position == 0 || lengths[Int(id)] > 0 else {
          throw Fault(found: "an unlimited dimension is not the first of a variable")
        }
        ids.append(Int(id))
      }
      try attributes()
      let size = try typeSize()
      _ = try number(countSize)
      variables.append(
        Variable(dimensions: ids, size: UInt64(size), begin: try number(offsetSize)))
    }
    return variables
  }

  private func checkPlaces(
    _ variables: [Variable], _ lengths: [UInt64], _ records: UInt64
  ) throws(Fault) {
    func isRecord(_ variable: Variable) -> Bool {
      variable.dimensions.first.map { lengths[$0] == 0 } ?? false
    }
    // The values of a record of all variables follow each other, those of each padded to four bytes.
    let slabs = try variables.map { variable throws(Fault) in
      try product(variable.dimensions.map { lengths[$0] }.filter { $0 > 0 } + [variable.size])
    }
    let ofRecords = zip(variables, slabs).filter { isRecord($0.0) }.map(\.1)
    var step = ofRecords.count == 1 ? ofRecords[0] : 0
    if ofRecords.count > 1 {
      for slab in ofRecords { step = try sum(step, sum(slab, (4 - slab % 4) % 4)) }
    }
    for (variable, slab) in zip(variables, slabs) {
      var size = slab
      if isRecord(variable) {
        size = records == 0 ? 0 : try sum(product([records - 1, step]), slab)
      }
      let end = try sum(variable.begin, size)
      guard size == 0 || end <= UInt64(fileSize) else {
        throw Fault(
          found: "the header says that values are at bytes \(variable.begin) to \(end), but the "
            + "file has \(fileSize)")
      }
      guard size == 0 || variable.begin >= UInt64(place) else {
        throw Fault(found: "the header says that values are inside it, at byte \(variable.begin)")
      }
    }
  }

  private func product(_ factors: [UInt64]) throws(Fault) -> UInt64 {
    var value: UInt64 = 1
    for factor in factors {
      let product = value.multipliedReportingOverflow(by: factor)
      guard !product.overflow else { throw tooLarge }
      value = product.partialValue
    }
    return value
  }

  private func sum(_ a: UInt64, _ b: UInt64) throws(Fault) -> UInt64 {
    let sum = a.addingReportingOverflow(b)
    guard !sum.overflow else { throw tooLarge }
    return sum.partialValue
  }

  private var tooLarge: Fault {
    Fault(found: "the header says that there are more values than any file can hold")
  }

  // MARK: Numbers and names

  /// A whole number, the most significant byte first.
  private mutating func number(_ size: Int) throws(Fault) -> UInt64 {
    guard place + size <= bytes.count else {
      throw Fault(found: "the file ends in its header, after \(bytes.count) bytes")
    }
    let value = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    place += size
    return value
  }

  /// The count of a list, which begins with a tag, or with 0 where it is absent.
  private mutating func listCount(
    tag: UInt64, _ what: String, leastBytes: Int
  ) throws(Fault) -> Int {
    let found = try number(4)
    let count = try number(countSize)
    guard found == tag || (found == 0 && count == 0) else {
      throw Fault(found: "the list of \(what) of its header is damaged")
    }
    guard count <= UInt64(bytes.count - place) / UInt64(leastBytes) else {
      throw Fault(found: "the header says that there are \(count) \(what)")
    }
    return Int(count)
  }

  private mutating func name() throws(Fault) {
    let length = try number(countSize)
    guard (1...256).contains(length) else {
      throw Fault(found: "a name in its header has \(length) bytes")
    }
    let start = place
    try skip(length, times: 1, "a name")
    guard String(validating: bytes[start..<start + Int(length)], as: UTF8.self) != nil,
      !bytes[start..<start + Int(length)].contains(where: { $0 < 32 || $0 == 0x2f })
    else {
      throw Fault(found: "a name in its header is not text")
    }
  }

  private mutating func typeSize() throws(Fault) -> Int {
    let type = try number(4)
    switch type {
    case 1, 2: return 1
    case 3: return 2
    case 4, 5: return 4
    case 6: return 8
    case 7 where countSize == 8: return 1
    case 8 where countSize == 8: return 2
    case 9 where countSize == 8: return 4
    case 10 where countSize == 8, 11 where countSize == 8: return 8
    default: throw Fault(found: "a type of its header has the number \(type)")
    }
  }

  /// Skips values, and the padding to a multiple of four bytes.
  private mutating func skip(
    _ count: UInt64, times size: Int, _ what: String
  ) throws(Fault) {
    guard count <= UInt64(bytes.count - place) / UInt64(size) else {
      throw Fault(found: "\(what) of its header is longer than the file")
    }
    let size = Int(count) * size
    place += size + (4 - size % 4) % 4
    guard place <= bytes.count else {
      throw Fault(found: "the file ends in its header, after \(bytes.count) bytes")
    }
  }
}
