import Distributions
import Inference
import PPL
import Testing

/// Minibatches that would not count for the whole data are found before the first step.
struct PlateCheckTests {
  private let data = Tensor((0..<12).map { 0.5 * Double($0) })

  /// Each row has its own latent value.
  private var local: Model<Void> {
    let data = data
    return Model { p in
      p.plate("row", 12, subsampleSize: 4) { p in
        let z = p.sample("z", Normal(0, 1))
        p.sample("y", Normal(z, 1), observed: p.subsample(data))
      }
    }
  }

  @Test func rowsOutsideTheirPlateAreNamed() {
    let data = data
    let model = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      let rows = p.plate("row", 12, subsampleSize: 4) { p in p.subsample(data) }
      p.sample("y", Normal(mean, .ones([4])), observed: rows)
    }
    #expect(
      refusal(model, AutoNormal(model))
        == """
        site "y": its data, of batch [4], are rows of the subsampled plate "row", but it is outside \
        the plate and would not count for all rows; move it inside p.plate("row", …).
        """)
  }

  @Test func dataOfTheirOwnMayStandOutside() {
    let data = data
    let model = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.sample("prior data", Normal(mean, .ones([4])), observed: .zeros([4]))
      p.plate("row", 12, subsampleSize: 4) { p in
        p.sample("y", Normal(mean, 1), observed: p.subsample(data))
      }
    }
    #expect(refusal(model, AutoNormal(model)) == nil)
  }

  /// A value that is missing is no excuse for the rows that are there.
  @Test func maskedRowsOutsideTheirPlateAreNamed() {
    let observed = Tensor([0, .nan, 2, 3, 4, .nan, 6, 7, 8, 9, 10, 11])
    let model = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      let rows = p.plate("row", 12, subsampleSize: 4) { p in p.subsample(observed) }
      p.sample("y", Normal(mean, .ones([4])), observed: rows, mask: not(isNaN(rows)))
    }
    #expect(
      refusal(model, AutoNormal(model))?.hasPrefix("site \"y\": its data, of batch [4]") == true)
  }

  @Test func missingDataOfTheirOwnMayStandOutside() {
    let data = data
    let own = Tensor([1, .nan, 2])
    let model = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      p.sample("prior data", Normal(mean, .ones([3])), observed: own, mask: not(isNaN(own)))
      p.plate("row", 12, subsampleSize: 4) { p in
        p.sample("y", Normal(mean, 1), observed: p.subsample(data))
      }
    }
    #expect(refusal(model, AutoNormal(model)) == nil)
  }

  @Test func rowsThatTheModelWeighsMayStandOutside() {
    let data = data
    let model = Model<Void> { p in
      let mean = p.sample("mean", Normal(0, 1))
      let rows = p.plate("row", 12, subsampleSize: 4) { p in p.subsample(data) }
      _ = p.under(Scale(3)) { p in p.sample("y", Normal(mean, .ones([4])), observed: rows) }
    }
    #expect(refusal(model, AutoNormal(model)) == nil)
  }

  @Test func anAutomaticGuideHasThePlatesOfItsModel() {
    #expect(refusal(local, AutoNormal(local)) == nil)
    #expect(refusal(local, AutoDelta(local)) == nil)
  }

  @Test func aPlateMissingInTheGuideIsNamed() {
    let guide = Model<Void> { p in p.sample("z", Normal(.zeros([4]), 1)) }
    #expect(
      refusal(local, guide)
        == """
        site "z": the guide has it outside the subsampled plate "row", where it would not count for \
        all rows; put p.plate("row", …) around it there too.
        """)
  }

  @Test func aPlateMissingInTheModelIsNamed() {
    let model = Model<Void> { p in p.sample("z", Normal(.zeros([4]), 1)) }
    let guide = Model<Void> { p in
      p.plate("row", 12, subsampleSize: 4) { p in _ = p.sample("z", Normal(0, 1)) }
    }
    #expect(
      refusal(model, guide)
        == """
        site "z": the model has it outside the subsampled plate "row", where it would not count for \
        all rows; put p.plate("row", …) around it there too.
        """)
  }

  @Test func aStartForAnUnknownSiteIsNamed() {
    let guide = AutoNormal(local, initialization: .values(["z": .zeros([4]), "zz": 0]))
    #expect(
      refusal(local, guide) == "Initialization.values: no site is named \"zz\"; did you mean \"z\"?"
    )
  }
}
