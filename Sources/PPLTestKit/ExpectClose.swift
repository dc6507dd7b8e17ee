import Autodiff
import Testing

/// Elementwise agreement; infinities must be equal, and nan stands only beside nan.
public func expectClose(
  _ found: Tensor, _ expected: Tensor, relative: Double, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, sourceLocation: sourceLocation)
  expectClose(
    found.scalars, expected.scalars, relative: relative, absolute: absolute, comment(),
    sourceLocation: sourceLocation)
}

/// Elementwise agreement; infinities must be equal, and nan stands only beside nan.
///
/// - Parameter absolute: The error that is always allowed, for numbers next to zero.
public func expectClose(
  _ found: [Double], _ expected: [Double], relative: Double, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(comment())", sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let agree =
      a == b || (a.isNaN && b.isNaN) || abs(a - b) <= max(absolute, relative * abs(b))
    #expect(
      agree, "element \(index): found \(a), expected \(b). \(comment())",
      sourceLocation: sourceLocation)
  }
}
