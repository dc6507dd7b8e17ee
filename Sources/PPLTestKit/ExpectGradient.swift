import Autodiff
import Testing

/// Expects the gradient of `sum(weights * f(x))` to agree with finite differences, in every element of every argument.
///
/// The weights are fixed and unequal, so that no error can cancel in a sum. The differences are Richardson's
/// extrapolation of central ones, whose own error is about 1e-10 of the scale of f: hence the tolerance.
public func expectGradient(
  of f: @escaping ([Tensor]) -> Tensor, at arguments: [Tensor], tolerance: Double = 1e-7,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  func weighted(_ x: [Tensor]) -> Tensor {
    let y = f(x)
    let weights = Tensor((0..<y.count).map { 1 + 0.37 * Double($0 % 7) }, shape: y.shape)
    return (y * weights).sum()
  }
  let (value, gradient) = valueWithGradient(of: weighted, at: arguments)
  // Replayed, a function has the bits of its operations one by one, in a fraction of the time.
  let program = Program(recording: { [weighted($0)] }, on: arguments)
  #expect(
    value.scalar.isFinite, "\(label): the value is not finite", sourceLocation: sourceLocation)
  for (index, argument) in arguments.enumerated() {
    let exact = gradient[index].scalars
    for element in 0..<argument.count {
      let x = argument.scalars[element]
      let step = 1e-3 * max(abs(x), 0.1)
      func moved(_ h: Double) -> Double {
        var values = argument.scalars
        values[element] += h
        var inputs = arguments
        inputs[index] = Tensor(values, shape: argument.shape)
        return program.isReplayable ? program(inputs)[0].scalar : weighted(inputs).scalar
      }
      func central(_ h: Double) -> Double { (moved(h) - moved(-h)) / (2 * h) }
      let (d1, d2, d4) = (central(step), central(step / 2), central(step / 4))
      let numerical = (64 * d4 - 20 * d2 + d1) / 45
      let scale = max(abs(numerical), abs(value.scalar), 1)
      #expect(
        abs(exact[element] - numerical) <= tolerance * scale,
        "\(label): d/dx\(index)[\(element)] is \(exact[element]), differences say \(numerical)",
        sourceLocation: sourceLocation)
    }
  }
}

/// Expects a function to give the same bits when its operations run one by one and when they are replayed.
public func expectSameBitsReplayed(
  _ f: ([Tensor]) -> [Tensor], at arguments: [Tensor], _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let eager = f(arguments)
  let program = Program(recording: f, on: arguments.map { Tensor.zeros($0.shape) })
  #expect(program.isReplayable, "\(label): \(program.reads)", sourceLocation: sourceLocation)
  for _ in 0..<2 {
    let replayed = program(arguments)
    for (a, b) in zip(eager, replayed) {
      #expect(a.shape == b.shape, "\(label)", sourceLocation: sourceLocation)
      #expect(
        a.scalars.map(\.bitPattern) == b.scalars.map(\.bitPattern), "\(label)",
        sourceLocation: sourceLocation)
    }
  }
}
