import Distributions
import PPL
import TestSupport
import Testing

/// The code of `ComingFromNumPyro` is this file's between the lines `// [` and `// ]`.
@Suite struct ComingFromNumPyroTests {
  private let days: Tensor = [1, 2, 3, 4, 5]
  private let known: Tensor = [0, 2, 3]
  private let missing: Tensor = [1, 4]
  private let heights: Tensor = [1.4, 2.2, 4.1]

  /// What `obs_mask` says: entries that are not observed are drawn from the same distribution as those that are.
  @Test func missingEntriesAreLatentAndTheOthersCount() throws {
    let (days, known, missing) = (days, known, missing)

    // [
    let model = Model { p in
      let slope = p.sample("slope", Normal(0, 1))
      let mean = slope * days
      p.sample("y_observed", Normal(mean.taking(indices: known, along: 0), 1))
      p.sample("y_unobserved", Normal(mean.taking(indices: missing, along: 0), 1))
    }
    let posterior = model.conditioned(on: ["y_observed": heights])
    // ]

    let values: [String: Tensor] = ["slope": 0.9, "y_unobserved": [1.7, 4.9]]
    let trace = try posterior.substituting(values).trace()
    #expect(trace["y_observed"]?.isObserved == true)
    #expect(trace["y_unobserved"]?.isObserved == false)
    // As if all five had been observed, with the drawn ones in their places.
    let whole = Model<Void> { p in
      let slope = p.sample("slope", Normal(0, 1))
      p.sample("y", Normal(slope * days, 1))
    }
    let data: [String: Tensor] = ["slope": 0.9, "y": [1.4, 1.7, 2.2, 4.1, 4.9]]
    let expected = try whole.conditioned(on: data).trace().logDensity()
    // The terms are the same, summed in another order.
    expectClose(trace.logDensity(), expected, relative: 1e-14)
  }

  /// With `mask:` the slope has the density that it has with the missing entries integrated out.
  @Test func aMaskLeavesThemOut() throws {
    let (days, known) = (days, known)
    let masked = Model<Void> { p in
      let slope = p.sample("slope", Normal(0, 1))
      p.sample("y", Normal(slope * days, 1), mask: [1, 0, 1, 1, 0])
    }
    let short = Model<Void> { p in
      let slope = p.sample("slope", Normal(0, 1))
      p.sample("y", Normal(slope * days.taking(indices: known, along: 0), 1))
    }
    let nan = Double.nan
    let left = try masked.conditioned(on: ["slope": 0.9, "y": Tensor([1.4, nan, 2.2, 4.1, nan])])
      .trace().logDensity()
    let right = try short.conditioned(on: ["slope": 0.9, "y": heights]).trace().logDensity()
    expectClose(left, right, relative: 1e-14)
  }

  /// What the table of `jnp` says to write where a function is absent.
  @Test func expressionsForAbsentFunctionsHaveTheirValues() {
    let x: Tensor = [-1.5, 0.25, 2]
    let y: Tensor = [1, 3, 4]
    let (a, b, n): (Tensor, Tensor, Int) = (1, 2, 5)
    let linspace = a + (b - a) / Tensor(Double(n - 1)) * Tensor.arange(n)
    #expect(linspace.scalars == [1, 1.25, 1.5, 1.75, 2])
    #expect((-floor(-x)).scalars == [-1, 1, 2])
    #expect(floor(x + 0.5).scalars == [-1, 0, 2])
    #expect(minimum(maximum(x, -1), 1).scalars == [-1, 0.25, 1])
    #expect(maximum(x, 0).scalars == [0, 0.25, 2])
    expectClose(exp(log(y).sum()), 12, relative: 1e-15)
    let tangents = Tensor([-14.101419947171719, 0.25534192122103627, -2.185039863261519])
    expectClose(sin(x) / cos(x), tangents, relative: 1e-14)
    #expect((x[.all, .newAxis] * y).scalars == [-1.5, -4.5, -6, 0.25, 0.75, 1, 2, 6, 8])
    #expect(x.broadcast(to: [2, 3]).reshaped(to: [-1]).scalars == x.scalars + x.scalars)
    #expect(x[.range(0..<2)].scalars == [-1.5, 0.25])
    let softmax = exp(y - y.logSumExp(along: [-1], keepingDimensions: true))
    expectClose(softmax.sum(), 1, relative: 1e-15)
    expectClose(softmax[0] / softmax[1], exp(Tensor(-2)), relative: 1e-14)
    let number = 0.5
    #expect((Tensor(number) * y).scalars == [0.5, 1.5, 2])
  }

  @Test func theCodeOfThePageIsThatOfThisFile() throws {
    let page = try Repository.text("Documentation/ComingFromNumPyro.md")
    let source = try Repository.text("Tests/DocumentationTests/ComingFromNumPyroTests.swift")
    let shown = blocks("swift", of: page)
    #expect(shown == snippets(of: source).map { "import Distributions\nimport PPL\n\n\($0)" })
    #expect(shown.count == 1)
  }
}
