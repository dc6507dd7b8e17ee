import PPL
import Testing

@Suite struct SubsampleTests {
  private let rows = Tensor([7, 3])

  /// The output of `body` with the elements 7 and 3 of 10 in use.
  private func output(_ body: @escaping @Sendable (inout Context) -> Tensor) throws -> Tensor {
    let model = Model { p in p.plate("n", 10, subsampleSize: 2, body) }
    return try model.substituting(["n": rows]).outputAndTrace().output
  }

  @Test func dataAreTakenWithTheRows() throws {
    #expect(try output { $0.subsample(.arange(10)) }.scalars == [7, 3])
    let vectors = Tensor.arange(20).reshaped(to: [10, 2])
    #expect(try output { $0.subsample(vectors, eventRank: 1) }.scalars == [14, 15, 6, 7])
  }

  @Test func parametersAreTakenWithTheRows() throws {
    let found = try output { p in
      p.subsample(p.parameter("level", initially: 2 * Tensor.arange(10)))
    }
    #expect(found.scalars == [14, 6])
  }

  @Test func whatHasNoRowsStaysAsItIs() throws {
    #expect(try output { $0.subsample(Tensor([5])) }.scalars == [5])
    #expect(try output { $0.subsample(4) }.scalars == [4])
    #expect(try output { $0.subsample([1, 2, 3], eventRank: 1) }.scalars == [1, 2, 3])
    #expect(try Model { p in p.subsample([1, 2]) }.outputAndTrace().output.scalars == [1, 2])
  }

  @Test func allPlatesAroundTakeTheirs() throws {
    let table = Tensor.arange(12).reshaped(to: [3, 4])
    let model = Model { p in
      p.plate("column", 4, subsampleSize: 2) { p in
        p.plate("row", 3, subsampleSize: 1) { p in p.subsample(table) }
      }
    }.substituting(["column": [3, 0], "row": [2]])
    let found = try model.outputAndTrace().output
    #expect(found.shape == [1, 2])
    #expect(found.scalars == [11, 8])
  }

  @Test func dataOfAnotherSizeAreNamed() {
    let model = Model { p in
      p.plate("n", 10, subsampleSize: 2) { p in _ = p.subsample(.zeros([7])) }
    }.seeded(by: RandomKey(0))
    #expect(
      failure(of: model)?.description
        == "plate \"n\": subsample(_:) got data of shape [7], but needs 1 or 10 elements at "
        + "dim -1; give it the whole data, and in eventRank how many dimensions belong to one row."
    )
  }

  @Test func aStackOpensOnePlateForEachSize() throws {
    let model = Model { p in p.plateStack("cell", [2, 3]) { p in p.sample("x", Gaussian(0, 1)) } }
    let (x, trace) = try model.seeded(by: RandomKey(0)).outputAndTrace()
    #expect(x.shape == [2, 3])
    #expect(
      trace["x"]?.plates == [
        PlateFrame(name: "cell_1", size: 2, subsampleSize: 2, dim: -2),
        PlateFrame(name: "cell_0", size: 3, subsampleSize: 3, dim: -1),
      ])
  }

  @Test func aStackMayStandFurtherLeft() throws {
    let model = Model { p in
      p.plateStack("cell", [2, 3], rightmostDim: -2) { p in p.sample("x", Gaussian(0, 1)) }
    }
    #expect(try model.run(key: RandomKey(0)).shape == [2, 3, 1])
    let empty = Model { p in p.plateStack("cell", []) { p in p.sample("x", Gaussian(0, 1)) } }
    #expect(try empty.run(key: RandomKey(0)).shape == [])
  }
}
