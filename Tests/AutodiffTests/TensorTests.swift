import Autodiff
import TestSupport
import Testing

/// Making, reading and reshaping tensors, and what happens when shapes do not fit.
struct TensorTests {
  @Test func literalsAndInitializersHaveTheirShapes() {
    let number: Tensor = 2.5
    let vector: Tensor = [1, 2, 3]
    #expect(number.shape == [] && number.scalar == 2.5 && number.rank == 0 && number.count == 1)
    #expect(vector.shape == [3] && vector.scalars == [1, 2, 3])
    #expect(Tensor(rows: [[1, 2], [3, 4], [5, 6]]).shape == [3, 2])
    #expect(Tensor(rows: []).shape == [0, 0])
    #expect(Tensor.full(7, [2, 1]).scalars == [7, 7])
    #expect(Tensor.identity(2).scalars == [1, 0, 0, 1])
    #expect(Tensor.identity(0).shape == [0, 0])
    #expect(Tensor.arange(3).scalars == [0, 1, 2])
  }

  @Test func compoundAssignmentIsTheOperation() {
    var x: Tensor = [1, 2]
    x += 1
    x *= [2, 3]
    x -= 4
    x /= 2
    #expect(x.scalars == [0, 2.5])
  }

  @Test func reshapingKeepsTheOrder() {
    let x = Tensor.arange(6).reshaped(to: [2, -1])
    #expect(x.shape == [2, 3])
    #expect(x.transposed().reshaped(to: [6]).scalars == [0, 3, 1, 4, 2, 5])
    #expect(x.expandingDimension(at: -1).shape == [2, 3, 1])
    #expect(x.expandingDimension(at: 0).squeezingDimension(at: 0).shape == [2, 3])
    #expect(Tensor.zeros([0, 4]).reshaped(to: [-1, 2]).shape == [0, 2])
  }

  @Test func indicesFollowNumPy() {
    let x = Tensor.arange(24).reshaped(to: [2, 3, 4])
    #expect(x[1, -1, 2].scalar == 22)
    #expect(x[.ellipsis, .at(0)].scalars == [0, 4, 8, 12, 16, 20])
    #expect(x[0, .strided(from: 2, to: -1, by: -2), .range(1..<3)].scalars == [9, 10, 1, 2])
    #expect(x[.all, .newAxis, .at(1)].shape == [2, 1, 4])
    #expect(x[.at(0), .range(1..<1)].shape == [0, 4])
  }

  @Test func takingRowsFollowsNumPy() {
    let x = Tensor(rows: [[1, 2], [3, 4], [5, 6]])
    #expect(x.taking(indices: [2, 0, 2], along: 0).scalars == [5, 6, 1, 2, 5, 6])
    #expect(x.taking(indices: Tensor([1, 0], shape: [1, 2]), along: -1).shape == [3, 1, 2])
    // No index may be wrong without a trace.
    #expect(isNaN(x.taking(indices: [3, -1, .nan], along: 0)).all().scalar == 1)
  }

  @Test func tensorsAreJoinedAndStacked() {
    let (a, b) = (Tensor(rows: [[1, 2]]), Tensor(rows: [[3, 4], [5, 6]]))
    #expect(concatenate([a, b]).scalars == [1, 2, 3, 4, 5, 6])
    #expect(concatenate([b, b], along: -1).scalars == [3, 4, 3, 4, 5, 6, 5, 6])
    #expect(stack([Tensor([1, 2]), [3, 4]], along: 1).scalars == [1, 3, 2, 4])
  }

  @Test func shapesThatBroadcastHaveACommonOne() {
    #expect(broadcastShapes([[3, 1], [4], []]) == [3, 4])
    #expect(broadcastShapes([[0], [1]]) == [0])
    #expect(broadcastShapes([[2], [3]]) == nil)
    #expect(broadcastShapes([]) == [])
  }

  @Test func aTensorShowsItsFirstNumbers() {
    #expect(Tensor([1, 2], shape: [2, 1]).description == "Tensor([1.0, 2.0], shape: [2, 1])")
    #expect(Tensor.zeros([13]).description.hasSuffix("0.0, ...], shape: [13])"))
    var shown = ""
    let program = Program(
      recording: { x in
        shown = x[0].description
        return x
      }, on: [[1, 2]])
    #expect(shown == "Tensor(recorded, shape: [2])")
    #expect(program.isReplayable)
  }

  @Test func aNameChangesNothingOutsideARecording() {
    let x = Tensor([1, 2]).named("x")
    #expect(x.scalars == [1, 2])
    #expect(!x.isRecorded)
  }

  // MARK: Messages

  @Test func numbersMustFillTheShape() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3], shape: [2, 2])
    }
    expectMessage("Tensor: 3 values cannot fill shape [2, 2], which needs 4.", of: exit)
  }

  @Test func rowsHaveOneLength() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(rows: [[1, 2], [3]])
    }
    expectMessage("Tensor: the rows differ in length.", of: exit)
  }

  @Test func onlyATensorOfOneElementIsANumber() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).scalar
    }
    expectMessage("scalar: shape [2] holds 2 numbers, not one.", of: exit)
  }

  @Test func shapesThatDoNotBroadcastAreNamed() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]) + Tensor([1, 2, 3])
    }
    expectMessage("add: cannot broadcast [2] with [3].", of: exit)
  }

  @Test func reshapingKeepsTheNumberOfElements() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3]).reshaped(to: [2, -1])
    }
    expectMessage(
      "reshaped(to:): 3 elements of shape [3] cannot take shape [2, -1].", of: exit)
  }

  @Test func anIndexLiesInsideItsAxis() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(rows: [[1, 2]])[.all, .at(2)]
    }
    expectMessage("subscript: 2 is outside axis 1 of shape [1, 2].", of: exit)
  }

  @Test func anAxisMustBeThere() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).sum(along: [1])
    }
    expectMessage("sum: there is no axis 1 in a tensor of rank 1.", of: exit)
  }

  @Test func productsOfMatricesMustFit() async {
    let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = matmul(Tensor.ones([2, 3]), Tensor.ones([2, 3]))
    }
    expectMessage("matmul: [2, 3] and [2, 3] do not fit: 3 columns meet 2 rows.", of: exit)
  }

  @Test func manyTensorsAreStackedWithoutADeepStack() {
    let numbers = (0..<20_000).map { Double($0) }
    #expect(stack(numbers.map { Tensor($0) }).scalars == numbers)
  }
}
