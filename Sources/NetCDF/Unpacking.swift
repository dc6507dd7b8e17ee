/// The rule by which stored numbers become the numbers that they mean (NetCDF User's Guide, Appendix A; CF 1.11,
/// sections 2.5.1 and 8.1).
///
/// Values equal to `_FillValue` (where absent, the default fill value of the type) or `missing_value`, or outside
/// `valid_min`, `valid_max` or `valid_range`, are NaN; the rest is x scale_factor + add_offset. All of these but
/// the last two are in units of the stored numbers, and compared in their type: a `double` attribute 1e20 is the `float`
/// nearest to it. `_Unsigned = "true"` reads signed whole numbers as unsigned.
struct Unpacking {
  private let missing: [Double]
  private let lowest, highest: Double
  private let scale, offset: Double
  private let wrap: Double?

  init(_ variable: NetCDFVariable) {
    let attributes = variable.attributes
    let isUnsigned =
      attributes.text("_Unsigned")?.lowercased() == "true"
      && [.int8, .int16, .int32].contains(variable.storage)
    let wrap = isUnsigned ? Double(UInt64(1) << (8 * UInt64(variable.storage.size))) : nil
    func stored(_ name: String) -> [Double]? {
      attributes.numbers(name)?.map {
        variable.storage.nearest(to: $0 < 0 ? $0 + (wrap ?? 0) : $0)
      }
    }
    let fill = stored("_FillValue") ?? variable.storage.defaultFill.map { [$0] } ?? []
    missing = fill + (stored("missing_value") ?? [])
    let range = stored("valid_range").flatMap { $0.count == 2 ? $0 : nil }
    lowest = range?[0] ?? stored("valid_min")?.first ?? -.infinity
    highest = range?[1] ?? stored("valid_max")?.first ?? .infinity
    scale = attributes.numbers("scale_factor")?.first ?? 1
    offset = attributes.numbers("add_offset")?.first ?? 0
    self.wrap = wrap
  }

  func callAsFunction(_ stored: Double) -> Double {
    var x = stored
    if let wrap, x < 0 { x += wrap }
    // An infinite value lies outside no limit; one that is not a number stays so.
    if missing.contains(x) || x < lowest || x > highest { return .nan }
    return x * scale + offset
  }
}

extension NetCDFStorage {
  /// The number of this type that is nearest to another; the other where a `float` cannot hold it.
  fileprivate func nearest(to x: Double) -> Double {
    guard self == .float, Float(x).isFinite else { return x }
    return Double(Float(x))
  }

  /// The value that libnetcdf writes where nothing was written; none for single bytes, all of which may be meant.
  fileprivate var defaultFill: Double? {
    switch self {
    case .int16: -32767
    case .uint16: 65535
    case .int32: -2_147_483_647
    case .uint32: 4_294_967_295
    case .int64: -0x1p63  // -2^63 + 2, which rounds to this
    case .uint64: 0x1p64  // 2^64 - 2, which rounds to this
    case .float, .double: 9.9692099683868690e+36
    case .int8, .uint8, .char, .string, .other: nil
    }
  }
}
