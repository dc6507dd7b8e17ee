import Preconditions

// What does not compile, each with the sentence that says what to write. The type checker looks at unavailable
// declarations only where nothing else fits, so they cost correct programs nothing.

extension Context {
  /// Not there: the label of the number of rows is `subsampleSize`.
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

  /// Not there: the label of the number of rows is `subsampleSize`.
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

  /// Not there: the label of the number of rows is `subsampleSize`.
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

  /// Not there: the label of the number of rows is `subsampleSize`.
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
