import Preconditions

// Calls that do not compile, each with a message that says what to write instead. The type checker looks at unavailable
// declarations only where nothing else fits, so they cost correct programs nothing.

extension Context {
  /// Unavailable: the label of the number of rows is `subsampleSize`.
  @available(
    *, unavailable,
    message:
      "the label is subsampleSize: p.plate(\"row\", 10_000, subsampleSize: 100) { p, rows in … }"
  )
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsample: Int?, dim: Int? = nil,
    _ body: (inout Context) throws -> R
  ) rethrows -> R { unavailable() }

  /// Unavailable: the label of the number of rows is `subsampleSize`.
  @available(
    *, unavailable,
    message:
      "the label is subsampleSize: p.plate(\"row\", 10_000, subsampleSize: 100) { p, rows in … }"
  )
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsample: Int?, dim: Int? = nil,
    _ body: (inout Context, PlateIndices) throws -> R
  ) rethrows -> R { unavailable() }

  /// Unavailable: the label of the number of rows is `subsampleSize`.
  @available(
    *, unavailable,
    message:
      "the label is subsampleSize: p.plate(\"row\", 10_000, subsampleSize: 100) { p, rows in … }"
  )
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsample_size: Int?, dim: Int? = nil,
    _ body: (inout Context) throws -> R
  ) rethrows -> R { unavailable() }

  /// Unavailable: the label of the number of rows is `subsampleSize`.
  @available(
    *, unavailable,
    message:
      "the label is subsampleSize: p.plate(\"row\", 10_000, subsampleSize: 100) { p, rows in … }"
  )
  @discardableResult
  public mutating func plate<R>(
    _ name: String, _ size: Int, subsample_size: Int?, dim: Int? = nil,
    _ body: (inout Context, PlateIndices) throws -> R
  ) rethrows -> R { unavailable() }
}
