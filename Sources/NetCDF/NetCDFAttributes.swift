/// The attributes of a file, a group or a variable, in the order of the file.
///
///     ["units": "degC", "scale_factor": 0.1, "valid_range": [-500, 600]]
public struct NetCDFAttributes: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// The value of an attribute.
  public enum Value: Sendable, Equatable {
    /// One text, of type `char` in the file.
    case text(String)
    /// Several texts, of type `string` in the file.
    case texts([String])
    /// Real numbers; those of any numeric type are read as these.
    case numbers([Double])
    /// Whole numbers, written as 64-bit integers.
    case integers([Int])
  }

  /// The names and values, in the order of the file.
  public private(set) var all: [(name: String, value: Value)] = []

  /// Attributes by name, in the order of the literal; the last of equal names counts.
  public init(dictionaryLiteral elements: (String, Value)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The names, in the order of the file.
  public var names: [String] { all.map(\.name) }

  /// The value of the attribute of this name; nil removes it.
  public subscript(name: String) -> Value? {
    get { all.first { $0.name == name }?.value }
    set {
      let index = all.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): all[index].value = value
      case (let index?, nil): all.remove(at: index)
      case (nil, let value?): all.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// The text of the attribute of this name; nil where it is absent or not one text.
  public func text(_ name: String) -> String? {
    switch self[name] {
    case .text(let text): text
    case .texts(let texts) where texts.count == 1: texts[0]
    default: nil
    }
  }

  /// The numbers of the attribute of this name; nil where it is absent or a text.
  public func numbers(_ name: String) -> [Double]? {
    switch self[name] {
    case .numbers(let numbers): numbers
    case .integers(let integers): integers.map(Double.init)
    default: nil
    }
  }

  /// Whether names and values are equal, in the same order.
  public static func == (a: Self, b: Self) -> Bool {
    a.all.elementsEqual(b.all) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension NetCDFAttributes.Value: ExpressibleByStringInterpolation, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral
{
  /// The value of one text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// The value of one real number.
  public init(floatLiteral value: Double) { self = .numbers([value]) }
  /// The value of one whole number.
  public init(integerLiteral value: Int) { self = .integers([value]) }
  /// The value of several real numbers.
  public init(arrayLiteral elements: Double...) { self = .numbers(elements) }
}
