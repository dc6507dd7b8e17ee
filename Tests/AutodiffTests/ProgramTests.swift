import Autodiff
import TestSupport
import Testing

/// What recording keeps and drops, and what a replay returns.
struct ProgramTests {
  @Test func whatNoOutputNeedsIsDropped() {
    let program = Program(
      recording: { x in
        _ = matmul(x[0], exp(x[0]))
        return [2 * x[0]]
      }, on: [.ones([3, 3])])
    #expect(program.operationCount == 1)
  }

  @Test func equalOperationsRunOnce() {
    let program = Program(
      recording: { x in [exp(x[0]) + exp(x[0]), square(exp(x[0]))] }, on: [[1, 2]])
    #expect(program.operationCount == 3)
  }

  @Test func operationsOnConstantsDoNotAppear() {
    let program = Program(
      recording: { x in
        let weights = exp(Tensor([1, 2, 3])).sum()
        return [x[0] * log(weights), weights]
      }, on: [[1, 2]])
    #expect(program.operationCount == 1)
    #expect(program([[1, 2]])[1].scalar == exp(Tensor([1, 2, 3])).sum().scalar)
  }

  @Test func theSameDataAreStoredOnce() {
    let data = Tensor(Array(repeating: 1.5, count: 1000))
    let program = Program(recording: { x in [(x[0] * data).sum() + (x[0] - data).sum()] }, on: [0])
    // The data, one buffer to work in, and a few single numbers.
    #expect(program.memory < 2 * 8000 + 1000)
  }

  @Test func dataComputedTwiceAreStoredOnce() {
    let data = Tensor.arange(1000)
    let once = Program(recording: { x in [(x[0] * square(data)).sum()] }, on: [0])
    let twice = Program(
      recording: { x in [(x[0] * square(data)).sum() + (x[0] - square(data)).sum()] }, on: [0])
    #expect(twice.memory < once.memory + 8000)
    // Zeros of two signs are equal numbers, but not the same data.
    let signs = Program(
      recording: { x in [x[0] / Tensor([0, 0]), x[0] / Tensor([-0.0, -0.0])] }, on: [1])
    #expect(signs([1]).map { $0.scalars[0] } == [.infinity, -.infinity])
  }

  @Test func buffersAreUsedAgain() {
    func chain(_ step: @escaping (Tensor) -> Tensor) -> Program {
      Program(
        recording: { x in [(0..<50).reduce(x[0]) { y, _ in step(y) }] }, on: [.ones([32, 32])])
    }
    let matrix = 32 * 32 * 8
    // The input stays; an elementwise chain has its result and one block of registers.
    #expect(chain { sin($0) }.memory == 2 * matrix + 256 * 8)
    // A product needs its operand beside its result, which is never the input's place.
    #expect(chain { matmul($0, $0) }.memory == 3 * matrix)
  }

  @Test func anInputIsNeverWritten() {
    let program = Program(recording: { x in [exp(-x[0]), square(x[0]) + 1] }, on: [[0, 0]])
    let execution = Execution(program)
    execution.setInput(0, [1, 2])
    execution.run()
    let first = execution.output(1)
    execution.run()
    #expect(execution.output(1) == first)
    #expect(first == [2, 5])
  }

  @Test func aSecondRunWithNewInputsGivesNewResults() {
    let program = Program(recording: { x in [x[0] * x[1], x[0].sum()] }, on: [[0, 0], 0])
    let execution = Execution(program)
    for scale in [1.0, -2, 0.5] {
      execution.setInput(0, [3, 4])
      execution.setInput(1, [scale])
      execution.run()
      #expect(execution.output(0) == [3 * scale, 4 * scale])
      #expect(execution.output(1) == [7])
    }
  }

  @Test func anInputIsWrittenAndAnOutputReadInPlace() {
    let execution = Execution(Program(recording: { [2 * $0[0]] }, on: [[0, 0, 0]]))
    execution.withInput(0) { input in
      for i in input.indices { input[i] = Double(i) }
    }
    execution.run()
    let last = execution.withOutput(0) { $0[2] }
    #expect(last == 4)
  }

  // MARK: Unusual outputs

  @Test func anInputMayBeAnOutput() {
    let results = Program(recording: { [$0[0], $0[0] + 1, $0[0]] }, on: [[1, 2]])([[5, 6]])
    #expect(results.map(\.scalars) == [[5, 6], [6, 7], [5, 6]])
  }

  @Test func aConstantMayBeAnOutput() {
    let program = Program(recording: { _ in [Tensor([1, 2]), 3, .zeros([0])] }, on: [0])
    #expect(program.operationCount == 0)
    #expect(program([7]).map(\.scalars) == [[1, 2], [3], []])
  }

  @Test func outputsMayBeOtherShapesOfEachOther() {
    let f: ([Tensor]) -> [Tensor] = { x in
      let y = exp(x[0])
      return [y, y.reshaped(to: [4]), y.transposed(), y, y + 1, stopGradient(y)]
    }
    expectSameBitsReplayed(f, at: [Tensor([1, 2, 3, 4], shape: [2, 2])])
    // Something overwritten in place must not be an output under another shape.
    expectSameBitsReplayed(
      { x in
        let y = exp(x[0])
        let flat = y.reshaped(to: [4])
        return [sin(flat) * 2, flat, -y]
      }, at: [Tensor([1, 2, 3, 4], shape: [2, 2])])
  }

  @Test func aProgramMayHaveNoInputs() {
    let program = Program(recording: { _ in [RandomKey(3).normal([2])] }, on: [])
    #expect(program.isReplayable)
    #expect(program([])[0].scalars == RandomKey(3).normal([2]).scalars)
  }

  @Test func aProgramMayHaveNoOutputs() {
    #expect(Program(recording: { _ in [] }, on: [[1, 2]])([[1, 2]]).isEmpty)
  }

  @Test func emptyTensorsPassThroughEveryKindOfOperation() {
    let none = Tensor.zeros([0, 3])
    expectSameBitsReplayed(
      { x in
        [
          exp(x[0]), x[0] + 1, x[0] * x[1], x[0].sum(), x[0].sum(along: [0]), x[0].sum(along: [1]),
          x[0].transposed(), x[0][.all, .at(1)], concatenate([x[0], x[1].reshaped(to: [1, 3])]),
          matmul(x[0], x[0].transposed()), matmul(x[0].transposed(), x[0]), matmul(x[0], x[1]),
          x[1].taking(indices: .zeros([0]), along: 0), select(x[0] .> 0, x[0], 1),
          x[0].max(along: [1]), cholesky(.zeros([0, 0])),
        ]
      }, at: [none, [1, 2, 3]])
    #expect(matmul(none.transposed(), none).scalars == Array(repeating: 0, count: 9))
    #expect(none.max(along: [0]).scalars.allSatisfy { $0 == -.infinity })
    #expect(none.mean().scalar.isNaN)
  }

  // MARK: Reads

  @Test func aReadIsNoticedAndNamesWhatItDependsOn() {
    let program = Program(
      recording: { x in
        let mu = (2 * x[0]).named("mu")
        return mu.scalar > 0 ? [mu + x[1]] : [mu - x[1]]
      }, on: [1, 10])
    #expect(program.reads == ["a value that depends on \"mu\" was read"])
    #expect(!program.isReplayable)
    // It stands for the examples.
    #expect(program([1, 10])[0].scalar == 12)
  }

  @Test func aReadNamesEveryLabelOnTheWayAndNothingElse() {
    let program = Program(
      recording: { x in
        let (a, b, c) = (exp(x[0]).named("a"), sin(x[0]).named("b"), cos(x[0]).named("c"))
        _ = (a * c).scalar
        return [b]
      }, on: [1])
    #expect(program.reads == ["a value that depends on \"a\", \"c\" was read"])
  }

  @Test func aReadWithoutLabelsSaysSo() {
    let program = Program(
      recording: { x in
        _ = x[0].scalars
        return [x[0]]
      }, on: [1])
    #expect(program.reads == ["a value that depends on an input was read"])
  }

  @Test func aReadIsAnsweredWithTheValueAtTheExamples() {
    var seen: [Double] = []
    _ = Program(
      recording: { x in
        seen = gradient(of: { square($0).sum() }, at: x[0]).scalars
        return []
      }, on: [[3, 5]])
    #expect(seen == [6, 10])
  }

  @Test func readingAConstantIsNoRead() {
    let program = Program(
      recording: { x in Tensor([1, 2]).sum().scalar > 2 ? [x[0]] : [] }, on: [1])
    #expect(program.isReplayable)
  }

  // MARK: Mistakes

  @Test func inputsOfOtherShapesAreRefused() async {
    let called = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Program(recording: { $0 }, on: [[1, 2]])([[1, 2, 3]])
    }
    expectMessage("Program: recorded on shapes [[2]], called with [[3]].", of: called)
    let set = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Execution(Program(recording: { $0 }, on: [[1, 2]])).setInput(0, [1])
    }
    expectMessage("Program: input 0 of shape [2] got 1 numbers.", of: set)
  }

  @Test func twoRecordingsMayNotMeet() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(of: { x in x * gradient(of: { y in x * y }, at: 1) }, at: 2)
    }
    expectMessage(
      "Two recordings meet in one operation. A gradient taken inside a recording must be taken with "
        + "respect to a tensor of that recording.", of: exit)
  }

  @Test func aTensorOfAnotherRecordingMayNotBeTheValue() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = gradient(of: { x in gradient(of: { _ in x }, at: [1, 2, 3]).sum() }, at: 2)
    }
    expectMessage("Two recordings meet in one operation.", of: exit)
  }

  // MARK: Random programs

  /// Rows that fill blocks, that are cut by them, and that are longer; with and without whole cache lines.
  @Test(arguments: [1, 3, 7, 8, 40, 41, 127, 128, 200, 256, 257, 700])
  func sumsAndRepeatedRowsDoNotShowWhereBlocksEnd(_ length: Int) {
    let numbers = (0..<9 * length).map { Double(($0 * 37) % 101) / 7 - 6.1 }
    let rows = Tensor(numbers, shape: [9, length])
    expectSameBitsReplayed(
      { x in
        let y = x[1] + x[2] * (x[0] - x[1])
        return [y, y.sum(), y.sum(along: [0]), y.sum(along: [1]), (y * x[1]).sum(along: [1])]
      }, at: [rows, rows[0], rows[.range(0..<9), .range(0..<1)]], "\(length)")
    let exact = (0..<9).map { row in
      numbers[row * length..<(row + 1) * length].reduce(0, +)
    }
    // Orders of addition differ; the terms are below 10.
    expectClose(
      rows.sum(along: [1]), Tensor(exact), relative: 0, absolute: 1e-14 * Double(10 * length))
  }

  @Test func chainsOfNumbersHaveTheBitsOfTheirOperations() {
    expectSameBitsReplayed(
      { x in
        let (a, b) = (x[0] * x[1] + exp(x[0]), x[1] - softplus(x[0]) / x[1])
        let larger = select(a .< b, a, maximum(b, tanh(a)))
        return [a, b, larger, square(larger) - pow(x[1], 1.7), sin(a) + erf(b), -larger]
      }, at: [0.3, 2.1])
    // The sum of one number is never the negative zero; in a chain of numbers as elsewhere.
    expectSameBitsReplayed({ x in [(-x[0]).sum(), (x[0] * -1).sum() - x[0].sum()] }, at: [[0]])
  }

  @Test func anOutputBecomesAnInput() async {
    let program = Program(recording: { x in [2 * x[0]] }, on: [[0, 0]])
    let execution = Execution(program)
    execution.setInput(0, [1, 2])
    for expected in [[2.0, 4], [4, 8], [8, 16]] {
      execution.run()
      #expect(execution.output(0) == expected)
      execution.carry(output: 0, toInput: 0)
    }
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let execution = Execution(Program(recording: { x in [x[0].sum()] }, on: [[0, 0]]))
      execution.carry(output: 0, toInput: 0)
    }
    expectMessage("Program: output 0 of shape [] for input 0 of shape [2].", of: exit)
  }

  /// Reuse of buffers and merging of nodes must never change a bit, whatever the operations.
  @Test(arguments: 0..<300)
  func aRandomProgramGivesTheSameBitsReplayed(seed: Int) {
    var values = Choices(seed: UInt64(seed))
    let arguments = randomShapes.map { shape in
      Tensor((0..<shape.reduce(1, *)).map { _ in 2 * values.unit() - 1 }, shape: shape)
    }
    expectSameBitsReplayed(
      { inputs in
        var choices = Choices(seed: UInt64(1000 + seed))
        return choices.program(inputs, steps: 25)
      }, at: arguments, "seed \(seed)")
  }

  /// The reverse pass makes longer programs, with other patterns of readers.
  @Test(arguments: 0..<100)
  func theGradientOfARandomProgramGivesTheSameBitsReplayed(seed: Int) {
    var values = Choices(seed: UInt64(seed))
    let arguments = randomShapes.map { shape in
      Tensor((0..<shape.reduce(1, *)).map { _ in 2 * values.unit() - 1 }, shape: shape)
    }
    expectSameBitsReplayed(
      { inputs in
        let (value, gradient) = valueWithGradient(
          of: { inputs in
            var choices = Choices(seed: UInt64(5000 + seed))
            let results = choices.program(inputs, steps: 15)
            return results.reduce(0) { $0 + $1.sum() }
          }, at: inputs)
        return [value] + gradient
      }, at: arguments, "seed \(seed)")
  }
}

private let randomShapes = [[], [3], [2, 3], [2, 1], [3, 3]]

/// A sequence of choices that depends on its seed and on shapes only.
private struct Choices {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func pick<T>(_ all: [T]) -> T { all[below(all.count)] }

  /// Applies random operations to random earlier results; returns a few of them.
  mutating func program(_ inputs: [Tensor], steps: Int) -> [Tensor] {
    var pool = inputs
    for _ in 0..<steps { pool.append(step(pool)) }
    return (0..<3).map { _ in pick(pool) } + [pool[pool.count - 1]]
  }

  private mutating func step(_ pool: [Tensor]) -> Tensor {
    let x = pick(pool)
    switch below(10) {
    case 0, 1: return elementwise(x)
    case 2, 3, 4:
      let y = pick(pool)
      guard let shape = broadcastShapes([x.shape, y.shape]), shape.reduce(1, *) <= 64 else {
        return tanh(x)
      }
      return combine(x, y)
    case 5: return reduce(x)
    case 6, 7: return move(x)
    case 8:
      let y = pick(pool.filter { $0.rank == 2 })
      let z = pick(pool.filter { $0.rank == 2 })
      return y.shape[1] == z.shape[0] ? matmul(y, z) : matmul(y, y.transposed())
    default: return concatenate([x.reshaped(to: [-1]), sin(x).reshaped(to: [-1])])[.range(0..<1)]
    }
  }

  private mutating func elementwise(_ x: Tensor) -> Tensor {
    switch below(9) {
    case 0: sin(x)
    case 1: tanh(x)
    case 2: -x
    case 3: sigmoid(x)
    case 4: softplus(x)
    case 5: abs(x)
    case 6: exp(-square(x))
    case 7: log1p(square(x))
    default: sqrt(1 + square(x))
    }
  }

  private mutating func combine(_ x: Tensor, _ y: Tensor) -> Tensor {
    switch below(7) {
    case 0: x + y
    case 1: x - y
    case 2: tanh(x) * y
    case 3: x / (1 + square(y))
    case 4: maximum(x, y)
    case 5: minimum(x, y)
    default: select(x .< y, sin(x), y)
    }
  }

  private mutating func reduce(_ x: Tensor) -> Tensor {
    let axes = x.rank == 0 ? nil : [below(x.rank)]
    let keeps = below(2) == 0
    return switch below(4) {
    case 0: x.sum(along: axes, keepingDimensions: keeps)
    case 1: x.mean(along: axes, keepingDimensions: keeps)
    case 2: x.max(along: axes, keepingDimensions: keeps)
    default: x.logSumExp(along: axes, keepingDimensions: keeps)
    }
  }

  private mutating func move(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x.broadcast(to: [2, 3]) }
    let extent = x.shape[0]
    return switch below(7) {
    case 0: x.transposed()
    case 1: x[.range(0..<max(1, extent - 1))]
    case 2: x[.strided(from: extent - 1, to: -1, by: -1)]
    case 3: x[0]
    case 4: x.reshaped(to: [-1])
    case 5: x.taking(indices: Tensor([0, Double(extent - 1), 0]), along: 0)
    default: x.rank < 3 ? x[.newAxis] : x
    }
  }
}
