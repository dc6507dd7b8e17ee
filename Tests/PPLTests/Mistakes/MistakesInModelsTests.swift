import Distributions
import PPL
import Testing

/// Every mistake that a model's arguments can make is thrown by its run, with a sentence of its own.
@Suite struct MistakesInModelsTests {
  /// A model with a mistake in it, and the whole sentence of the error.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: Model<Void>
    let sentence: String

    init<Output: Sendable>(
      _ name: String, _ sentence: String, _ body: @escaping @Sendable (inout Context) -> Output
    ) {
      (testDescription, self.sentence) = (name, sentence)
      model = Model(body).discardingOutput.seeded(by: RandomKey(0))
    }
  }

  @Test(arguments: plates + observations + expressions + distributions + transforms)
  func eachMistakeIsThrownWithItsSentence(_ row: Row) {
    #expect(failure(of: row.model)?.description == row.sentence)
  }

  @Test func theRunGoesOnToItsEndAndTheFirstMistakeCounts() {
    let model = Model { p in
      let z = p.sample("z", Normal(.zeros([3]), 1))
      let x = p.sample("x", Dirichlet(z[.at(5)]))
      p.plate("n", 2) { p in p.sample("y", MultivariateNormal(x, choleskyFactor: x)) }
    }
    #expect(
      failure(of: model.seeded(by: RandomKey(0)))?.description
        == "before or in the statement of \"x\": subscript: 5 is outside axis 0 of shape [3].")
  }
}
