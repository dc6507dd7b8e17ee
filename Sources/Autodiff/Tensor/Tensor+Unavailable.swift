import Preconditions

// Calls that do not compile, each with a message that says what to write instead. The type checker looks at unavailable
// declarations only where nothing else fits, so they cost correct programs nothing.

extension Tensor {
  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func + (a: some Numeric, b: Tensor) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func + (a: Tensor, b: some Numeric) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func += (a: inout Tensor, b: some Numeric) { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func - (a: some Numeric, b: Tensor) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func - (a: Tensor, b: some Numeric) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func -= (a: inout Tensor, b: some Numeric) { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func * (a: some Numeric, b: Tensor) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func * (a: Tensor, b: some Numeric) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func *= (a: inout Tensor, b: some Numeric) { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func / (a: some Numeric, b: Tensor) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func / (a: Tensor, b: some Numeric) -> Tensor { unavailable() }

  /// Unavailable: `Tensor(x)` makes a tensor of a number.
  @available(
    *, unavailable,
    message: "a number is not a tensor: write Tensor(x), or Tensor(Double(n)) for an Int"
  )
  public static func /= (a: inout Tensor, b: some Numeric) { unavailable() }

  /// Unavailable: among several indices a variable is `.at(i)`.
  @available(
    *, unavailable,
    message: "write .at(i) for an index that is an Int: x[.at(i), .all]"
  )
  public subscript(_ first: Int, _ rest: TensorIndex...) -> Tensor { unavailable() }

  /// Unavailable: among several indices a variable is `.at(i)`.
  @available(
    *, unavailable,
    message: "write .at(i) for an index that is an Int: x[.all, .at(i)]"
  )
  public subscript(_ first: TensorIndex, _ second: Int, _ rest: TensorIndex...) -> Tensor {
    unavailable()
  }

  /// Unavailable: among several indices a variable is `.at(i)`.
  @available(
    *, unavailable,
    message: "write .at(i) for an index that is an Int: x[.at(i), .at(j)]"
  )
  public subscript(_ first: Int, _ second: Int, _ rest: TensorIndex...) -> Tensor { unavailable() }
}
