import Autodiff
import Testing

/// Expects tensors of one shape to agree elementwise; infinities must be equal, and nan stands only beside nan.
///
/// - Parameters:
///   - found: The tensor to check.
///   - expected: The tensor that it should be, of the same shape.
///   - relative: The error that is allowed relative to the expected number.
///   - absolute: The error that is always allowed, for numbers next to zero.
///   - comment: The words that a failure shows.
///   - sourceLocation: The place that a failure is reported at.
public func expectClose(
  _ found: Tensor, _ expected: Tensor, relative: Double, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, sourceLocation: sourceLocation)
  expectClose(
    found.scalars, expected.scalars, relative: relative, absolute: absolute, comment(),
    sourceLocation: sourceLocation)
}

/// Expects arrays of one length to agree elementwise; infinities must be equal, and nan stands only beside nan.
///
/// - Parameters:
///   - found: The numbers to check.
///   - expected: The numbers that they should be, as many.
///   - relative: The error that is allowed relative to the expected number.
///   - absolute: The error that is always allowed, for numbers next to zero.
///   - comment: The words that a failure shows.
///   - sourceLocation: The place that a failure is reported at.
public func expectClose(
  _ found: [Double], _ expected: [Double], relative: Double, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(comment())", sourceLocation: sourceLocation)
  // `#expect` for each of many numbers would take most of the time of a test.
  for index in 0..<min(found.count, expected.count) {
    let (a, b) = (found[index], expected[index])
    if a == b || (a.isNaN && b.isNaN) || abs(a - b) <= max(absolute, relative * abs(b)) { continue }
    Issue.record(
      "element \(index): found \(a), expected \(b). \(comment())", sourceLocation: sourceLocation)
  }
}
