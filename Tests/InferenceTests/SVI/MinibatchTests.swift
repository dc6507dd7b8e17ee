import Distributions
import Inference
import PPL
import TestSupport
import Testing

/// Fits that use some rows of the data at each step.
struct MinibatchTests {
  @Test func aRegressionOnMinibatchesFindsTheCoefficients() throws {
    let count = 200
    let x = RandomKey(1).normal([count, 2])
    let y = 0.5 + matmul(x, [1, -2]) + 0.3 * RandomKey(2).normal([count])
    let model = Model<Void> { p in
      let intercept = p.sample("intercept", Normal(0, 5))
      let slopes = p.plate("column", 2) { p in p.sample("slopes", Normal(0, 5)) }
      p.deterministic("first", slopes[0])
      p.plate("row", count, subsampleSize: 20) { p, rows in
        let mean = intercept + matmul(rows.taken(from: x), slopes)
        p.deterministic("mean", mean)
        _ = p.sample("y", Normal(mean, 0.3), observed: rows.taken(from: y))
      }
    }
    let fit = try closeFit(model, particles: 1)
    #expect(fit.reads.isEmpty)
    // Least squares, to which the prior adds 0.3² / 5² against 200 rows.
    let design = concatenate([.ones([count, 1]), x], along: 1)
    let gram = matmul(design.transposed(), design)
    let L = cholesky(gram)
    let right = matmul(design.transposed(), y)
    let exact = triangularSolve(L, triangularSolve(L, right), transposed: true).scalars
    let deviation = 0.3 / Double(count).squareRoot()
    let intercept = try #require(fit.parameters["intercept_auto_loc"]).scalar
    let slopes = try #require(fit.parameters["slopes_auto_loc"]).scalars
    for (found, expected) in zip([intercept] + slopes, exact) {
      // Minibatches of a tenth leave noise of the order of a posterior deviation at small steps.
      #expect(abs(found - expected) < 0.5 * deviation)
    }

    // Draws need no rows; what belongs to some rows only is left out.
    let draws = try fit.draws(10, key: RandomKey(3))
    #expect(draws.names == ["intercept", "slopes", "first"])
    #expect(draws["first"].scalars == draws["slopes"][.all, .at(0)].scalars)
  }

  @Test func valuesOfASubsampledPlateAreAllFitted() throws {
    // z[i] ~ Normal(0, 1), y[i] ~ Normal(z[i], 0.5): z[i] given y[i] is Normal(0.8 y[i], sqrt(0.2)).
    let y = Tensor((0..<12).map { 0.4 * Double($0) - 2 })
    func model(_ subsample: Int?) -> Model<Void> {
      Model { p in
        p.plate("row", 12, subsampleSize: subsample) { p, rows in
          let z = p.sample("z", Normal(0, 1))
          _ = p.sample("y", Normal(z, 0.5), observed: rows.taken(from: y))
        }
      }
    }
    let fit = try closeFit(model(4))
    let loc = try #require(fit.parameters["z_auto_loc"])
    let scale = try #require(fit.parameters["z_auto_scale"])
    #expect(loc.shape == [12])
    // A tenth of a posterior deviation, the noise of the fit. Rows that did not match would be off by whole ones.
    let deviation = 0.2.squareRoot()
    expectClose(loc, 0.8 * y, relative: 0, absolute: 0.1 * deviation)
    expectClose(scale, .full(deviation, [12]), relative: 0.1)

    let draws = try fit.draws(5, key: RandomKey(0))
    #expect(draws["z"].shape == [5, 12])
    let median = try fit.median()
    #expect(median?["z"]?.scalars == loc.scalars)

    // Predictions at the rows of each draw of the guide, and at all rows from whole draws.
    let part = try fit.predictions(
      model(4).unconditioned(), 200, key: RandomKey(1), sites: ["row", "z", "y"])
    let rows = part.find("row")
    #expect(rows == nil)
    let residual = part["y"] - part["z"]
    // Five standard errors of 800 squares.
    #expect(abs(square(residual).mean().scalar / 0.25 - 1) < 0.25)
    let whole = try Predictive(model(nil).unconditioned(), given: draws)(key: RandomKey(2))
    #expect(whole["y"].shape == [5, 12])
  }

  @Test func predictionsUseTheRowsOfTheGuide() throws {
    let model = Model<Void> { p in
      p.plate("row", 30, subsampleSize: 3) { p, rows in
        let z = p.sample("z", Normal(Tensor.arange(30).taking(indices: rows.indices, along: 0), 1))
        p.deterministic("number", rows.indices + 0 * z)
      }
    }
    let guide = AutoNormal(model, initialization: .mean, scale: 1e-3)
    let state = try SVI(model, guide: guide, optimizer: Adam(learningRate: 1e-9))
      .run(steps: 1, key: RandomKey(0), progress: .silent)
    let found = try state.predictions(model, 20, key: RandomKey(1), sites: ["z", "number"])
    // Each location starts at a number that repeats every three rows, so only equal rows agree.
    let loc = try #require(state.parameters["z_auto_loc"])
    let expected = loc.taking(indices: found["number"], along: 0)
    expectClose(found["z"], expected, relative: 0, absolute: 0.01)
  }
}
