import PPL
import Testing

@Suite struct PlateTests {
  @Test func aPlateExpandsWhatIsInside() throws {
    let model = Model { p in p.plate("n", 4) { p in p.sample("x", Gaussian(0, 1)) } }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.value?.shape == [4])
    #expect(trace["x"]?.plates == [PlateFrame(name: "n", size: 4, subsampleSize: 4, dim: -1)])
    #expect(trace["n"]?.kind == .plate)
    #expect(trace["n"]?.value?.scalars == [0, 1, 2, 3])
  }

  @Test func nestedPlatesTakeTheFreeDimensionsFromTheRight() throws {
    let model = Model { p in
      p.plate("a", 4) { p in
        p.plate("b", 3) { p in
          p.sample("x", Gaussian(0, 1))
          p.plate("c", 2) { p in p.sample("y", Gaussian(0, 1)) }
        }
        p.sample("z", Gaussian(0, 1))
      }
    }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["x"]?.value?.shape == [3, 4])
    #expect(trace["y"]?.value?.shape == [2, 3, 4])
    #expect(trace["z"]?.value?.shape == [4])
    #expect(trace["y"]?.plates.map(\.dim) == [-3, -2, -1])
    #expect(trace["y"]?.plates.map(\.name) == ["c", "b", "a"])
  }

  @Test func aDimensionMayBeChosen() throws {
    let model = Model { p in
      p.plate("gauge", 5, dim: -2) { p in
        p.sample("level", Gaussian(0, 1))
        p.plate("time", 3) { p in p.sample("height", Gaussian(0, 1)) }
      }
    }
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["level"]?.value?.shape == [5, 1])
    #expect(trace["height"]?.value?.shape == [5, 3])
  }

  @Test func aBatchThatFitsIsLeftAlone() throws {
    let model = Model { p in
      p.plate("n", 3) { p in p.sample("x", Gaussian(Tensor([1, 2, 3]), 1), observed: .ones([3])) }
    }
    let distribution = try model.trace()["x"]?.distribution
    #expect(distribution is Gaussian)
  }

  @Test func eventsStayToTheRightOfPlates() throws {
    let model = Model { p in
      p.plate("n", 3) { p in
        // A batch [] of vectors [2].
        p.sample("x", Pair())
      }
    }
    #expect(try model.seeded(by: RandomKey(0)).trace()["x"]?.value?.shape == [3, 2])
  }

  @Test func aWrongSizeIsNamed() {
    let model = Model { p in
      p.plate("gauge", 10, dim: -2) { p in
        p.sample("level", Gaussian(.zeros([12, 1]), 1))
      }
    }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "site \"level\": cannot broadcast [12, 1] with plate \"gauge\" of 10 at dim -2; "
        + "give it 1 or 10 elements there.")
  }

  @Test func aPlateOfOneDoesNotStretch() {
    let model = Model { p in
      p.plate("n", 1) { p in p.sample("x", Gaussian(.zeros([3]), 1)) }
    }
    let frame = PlateFrame(name: "n", size: 1, subsampleSize: 1, dim: -1)
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))
        == .plateSize(site: "x", batch: [3], plate: frame))
  }

  @Test func aSubsampleCountsForTheWhole() throws {
    let data = Tensor.arange(10)
    let model = Model { p in
      p.plate("n", 10, subsampleSize: 5) { p, rows in
        #expect(rows.count == 5)
        p.sample("x", Gaussian(0, 1), observed: rows.taken(from: data))
      }
    }
    let trace = try model.seeded(by: RandomKey(1)).trace()
    let chosen = try #require(trace["n"]?.value?.scalars)
    #expect(Set(chosen).count == 5 && Set(chosen).isSubset(of: Set(data.scalars)))
    #expect(trace["x"]?.scale?.scalar == 2)
    #expect(trace["x"]?.value?.scalars == chosen)
    let plain = Gaussian(0, 1).logProb(Tensor(chosen)).sum()
    expectClose(trace.logDensity(), 2 * plain)
  }

  @Test func aSubsampleTakesOneKeyAndAFullPlateNone() throws {
    let model = Model { p in
      p.plate("full", 3) { p in p.sample("x", Gaussian(0, 1)) }
      p.plate("part", 3, subsampleSize: 2) { p in p.sample("y", Gaussian(0, 1)) }
    }
    let trace = try model.seeded(by: RandomKey(6)).trace()
    let (first, x) = RandomKey(6).split()
    let (second, part) = first.split()
    #expect(words(trace["x"]?.key) == words(x))
    #expect(trace["full"]?.key == nil)
    #expect(words(trace["part"]?.key) == words(part))
    #expect(words(trace["y"]?.key) == words(second.split().1))
    #expect(trace["part"]?.value?.scalars == Array(part.permutation(3).scalars.prefix(2)))
  }

  @Test func subsampledPlatesMultiplyTheirScales() throws {
    let model = Model { p in
      p.plate("a", 10, subsampleSize: 5) { p in
        p.plate("b", 9, subsampleSize: 3) { p in p.sample("x", Gaussian(0, 1)) }
      }
    }
    let trace = try model.seeded(by: RandomKey(1)).trace()
    #expect(trace["x"]?.scale?.scalar == 6)
    #expect(trace["x"]?.value?.shape == [3, 5])
  }

  @Test func indicesMayBeGiven() throws {
    let model = Model { p in
      p.plate("n", 10, subsampleSize: 2) { p in p.indices(of: "n").indices }
    }
    let given = model.substituting(["n": Tensor([7, 3])])
    #expect(try given.outputAndTrace().output.scalars == [7, 3])
  }

  @Test func aSubsampleWithoutAKeyIsNamed() {
    let model = Model { p in p.plate("n", 10, subsampleSize: 2) { _ in } }
    #expect(failure(of: model) == .missingKey(site: "n"))
  }

  @Test func aFactorInAPlateCountsOnceForEachElement() throws {
    let model = Model { p in p.plate("n", 8) { p in p.factor("f", -2) } }
    #expect(try model.trace().logDensity().scalar == -16)
  }

  @Test func aDimensionThatIsNotNegativeIsAMistake() throws {
    let error = try #require(failure(of: Model { p in p.plate("n", 2, dim: 0) { _ in } }))
    #expect(error.description.contains("dim is 0, but counts from the right"))
  }

  @Test func aDimensionTakenTwiceIsAMistake() throws {
    let error = try #require(
      failure(of: Model { p in p.plate("a", 2) { p in p.plate("b", 2, dim: -1) { _ in } } }))
    #expect(error.description.contains("dim -1 belongs to plate \"a\" around it"))
  }

  @Test func anEmptyPlateIsAMistake() throws {
    let error = try #require(failure(of: Model { p in p.plate("n", 0) { _ in } }))
    #expect(error.description.contains("size is 0, but must be positive"))
  }

  @Test func aSubsampleLargerThanThePlateIsAMistake() throws {
    let error = try #require(failure(of: Model { p in p.plate("n", 2, subsampleSize: 3) { _ in } }))
    #expect(error.description.contains("subsampleSize is 3, but must be in 1...2"))
  }

  @Test func indicesOfAPlateThatIsNotAroundAreAMistake() throws {
    let error = try #require(
      failure(of: Model { p in p.plate("n", 2) { p in _ = p.indices(of: "m") } }))
    #expect(error.description.contains("no plate \"m\" is around this statement"))
  }

  @Test func dataOfAnotherSizeThanThePlateAreAMistake() throws {
    let error = try #require(
      failure(of: Model { p in p.plate("n", 4) { p, rows in _ = rows.taken(from: .zeros([3])) } }))
    #expect(error.description.contains("do not have the 4 elements of the plate"))
  }
}

/// Two independent standard normals as one event.
private struct Pair: Distribution {
  var parameters: [Parameter] { [] }
  var support: Support { .realVector }
  var batchShape: [Int] { [] }
  var eventShape: [Int] { [2] }
  func sample(_ shape: [Int], key: RandomKey) -> Tensor { key.normal(shape + [2]) }
  func logProb(_ x: Tensor) -> Tensor { Gaussian(0, 1).logProb(x).sum(along: [-1]) }
}
