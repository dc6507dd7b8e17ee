/// A dimension of a NetCDF file.
public struct NetCDFDimension: Sendable, Equatable {
  /// The name with the path of its group, such as "station" or "posterior/draw".
  public let name: String

  /// The length; of an unlimited dimension, the number of records so far.
  public let length: Int
}

/// A variable of a NetCDF file: everything but its values.
public struct NetCDFVariable: Sendable, Equatable {
  /// The name with the path of its group, such as "lat" or "posterior/mu0".
  public let name: String

  /// The names of the dimensions, without groups, the slowest first.
  public let dimensions: [String]

  /// The lengths of the dimensions.
  public let shape: [Int]

  /// The type of the values in the file.
  public let storage: NetCDFStorage

  /// The attributes, such as `units`.
  public let attributes: NetCDFAttributes

  /// The number of values in the file; the number of characters where the storage is `char`.
  public var count: Int { shape.reduce(1, *) }

  /// The attribute `units`, without spaces around it; nil where it is absent or empty.
  public var units: String? {
    let text = attributes.text("units")?.split(separator: " ").joined(separator: " ")
    return text?.isEmpty == false ? text : nil
  }
}

/// The type of values in a NetCDF file.
public enum NetCDFStorage: String, Sendable, Equatable, CaseIterable {
  /// A signed whole number of 8 bits.
  case int8
  /// An unsigned whole number of 8 bits.
  case uint8
  /// A signed whole number of 16 bits.
  case int16
  /// An unsigned whole number of 16 bits.
  case uint16
  /// A signed whole number of 32 bits.
  case int32
  /// An unsigned whole number of 32 bits.
  case uint32
  /// A signed whole number of 64 bits.
  case int64
  /// An unsigned whole number of 64 bits.
  case uint64
  /// A real number of 32 bits.
  case float
  /// A real number of 64 bits.
  case double
  /// Characters: the last dimension is the length of a text.
  case char
  /// Texts of any length, in NetCDF-4 files only.
  case string
  /// A type of the file's own (compound, enumeration, opaque, of variable length), which is not read.
  case other

  /// Whether the values are numbers.
  public var isNumeric: Bool { ![.char, .string, .other].contains(self) }

  /// Whether the values are whole numbers.
  var isInteger: Bool { isNumeric && self != .float && self != .double }

  /// The number of bytes of a value.
  var size: Int {
    switch self {
    case .int8, .uint8, .char: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double, .string, .other: 8
    }
  }
}
