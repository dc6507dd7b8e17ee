import Distributions
import PPL
import Testing

@Suite struct ReparameterizeTests {
  private let hierarchy = Model { p in
    let tau = p.sample("tau", HalfNormal(2))
    return p.plate("n", 3) { p in p.sample("theta", Normal(4, tau)) }
  }

  /// The log density of standard normal numbers.
  private func standard(_ z: [Double]) -> Tensor {
    Tensor(z.reduce(0) { $0 - 0.5 * $1 * $1 - halfLogTwoPi })
  }

  // MARK: Location and scale

  @Test func aDecenteredSiteHasNoParametersOfItsOwn() throws {
    let model = hierarchy.reparameterized(["theta": LocationScaleReparameterization(centered: 0)])
    let given = model.substituting(["tau": 2, "theta_decentered": [1, 0, -0.5]])
    let (theta, trace) = try given.outputAndTrace()
    #expect(trace.names == ["tau", "n", "theta_decentered", "theta"])
    expectClose(theta, [6, 4, 3])
    #expect(trace["theta"]?.kind == .deterministic)
    expectClose(trace["theta_decentered"]?.logDensity(), standard([1, 0, -0.5]))
    #expect(trace["theta_decentered"]?.plates.map(\.name) == ["n"])
  }

  @Test func aCentredSiteStaysAsItIs() throws {
    let model = hierarchy.reparameterized(["theta": LocationScaleReparameterization(centered: 1)])
    let trace = try model.substituting(["tau": 2, "theta": [6, 4, 3]]).trace()
    #expect(trace.names == ["tau", "n", "theta"])
    #expect(trace["theta"]?.kind == .sample)
  }

  @Test func centringMayBeLearnt() throws {
    let model = hierarchy.reparameterized(["theta": LocationScaleReparameterization()])
    let given = model.substituting(["tau": 4, "theta_decentered": [3, 2, 1]])
    let (theta, trace) = try given.outputAndTrace()
    #expect(trace["theta_centered"]?.kind == .parameter)
    #expect(trace["theta_centered"]?.value?.scalar == 0.5)
    // At centring 1/2: z ~ Normal(2, 2), theta = 4 + 2 (z - 2).
    expectClose(theta, [6, 4, 2])
    let z = standard([0.5, 0, -0.5]) - Tensor(3 * 0.6931471805599453)
    expectClose(trace["theta_decentered"]?.logDensity(), z)
  }

  @Test func anEventHasACentringForEachElement() throws {
    let model = Model { p in p.sample("v", Normal(.zeros([3]), 1).toEvent(1)) }
      .reparameterized(["v": LocationScaleReparameterization()])
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["v_centered"]?.value?.scalars == [0.5, 0.5, 0.5])
    #expect(trace["v_decentered"]?.distribution?.eventShape == [3])
  }

  /// The density of x is that of z over the stretch, whatever the centring.
  @Test(arguments: [0.0, 0.3, 0.8])
  func everyFamilyKeepsItsDistribution(centring: Double) throws {
    let (location, scale) = (Tensor(1.5), Tensor(2.5))
    let families: [any LocationScale] = [
      Normal(location, scale), Cauchy(location, scale), Laplace(location, scale),
      Logistic(location, scale), Gumbel(location, scale), SoftLaplace(location, scale),
      StudentT(5, location, scale), AsymmetricLaplace(location, scale, asymmetry: 1.3),
    ]
    for family in families {
      func model(_ distribution: some Distribution) -> Model<Tensor> {
        Model { p in p.sample("x", distribution) }
          .reparameterized([
            "x": LocationScaleReparameterization(centered: Tensor(centring))
          ])
      }
      let (x, trace) = try model(family).substituting(["x_decentered": 0.7]).outputAndTrace()
      let stretch = Tensor(1 - centring) * log(scale)
      let density = family.logProb(x) + stretch
      // Rounding through a shift and a stretch.
      expectClose(trace["x_decentered"]?.logDensity(), density, tolerance: 1e-13, "\(family.name)")
    }
  }

  @Test func aCentringOutsideItsIntervalIsAMistake() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = LocationScaleReparameterization(centered: 1.5)
    }
    #expect(result.complaint.contains("centered is 1.5, but must be in [0, 1]"))
  }

  // MARK: Transforms

  @Test func aTransformedDistributionIsDrawnAtItsBase() throws {
    let shift = AffineTransform(location: 3, scale: 2)
    let model = Model { p in
      p.plate("n", 2) { p in
        p.sample("x", Transformed(Normal(0, 1), [shift, ExpTransform()]))
      }
    }.reparameterized(["x": TransformReparameterization()])
    let (x, trace) = try model.substituting(["x_base": [0.5, -1]]).outputAndTrace()
    expectClose(x, exp([4, 1]))
    expectClose(trace.logDensity(), standard([0.5, -1]))
    #expect(trace.names == ["n", "x_base", "x"])
  }

  @Test func aTransformOfVectorsKeepsItsEvent() throws {
    let L = Tensor(rows: [[2, 0], [1, 3]])
    let map = LowerCholeskyAffineTransform(location: [1, 1], choleskyFactor: L)
    let model = Model { p in
      p.plate("n", 3) { p in p.sample("x", Transformed(Normal(.zeros([2]), 1), [map])) }
    }.reparameterized(["x": TransformReparameterization()])
    let trace = try model.seeded(by: RandomKey(0)).trace()
    #expect(trace["x_base"]?.distribution?.batchShape == [3])
    #expect(trace["x_base"]?.distribution?.eventShape == [2])
    let z = try #require(trace["x_base"]?.value)
    expectClose(trace["x"]?.value, matmul(z, L.transposed()) + 1)
  }

  @Test func familiesStoredOtherwiseAreTransformedToo() throws {
    let model = Model { p in p.sample("x", LogNormal(1, 2)) }
      .reparameterized(["x": TransformReparameterization()])
    let (x, trace) = try model.substituting(["x_base": 3]).outputAndTrace()
    expectClose(x, exp(3))
    expectClose(trace.logDensity(), Normal(1, 2).logProb(3))
  }

  @Test func aTransformMayBeGiven() throws {
    let model = Model { p in p.sample("x", Gamma(shape: 4, rate: 4)) }
      .reparameterized(["x": ExplicitReparameterization(SoftplusTransform().inverted)])
    let (x, trace) = try model.substituting(["x_base": 0.3]).outputAndTrace()
    let expected = log(1 + exp(0.3))
    expectClose(x, expected, tolerance: 1e-13)
    // log p(x) + log |dx/dy|, with dx/dy = sigmoid(y).
    let density = Gamma(shape: 4, rate: 4).logProb(expected) - log(1 + exp(-0.3))
    expectClose(trace.logDensity(), density, tolerance: 1e-13)
  }

  // MARK: Circles

  @Test func anAngleMayGoAround() throws {
    let model = Model { p in p.plate("n", 2) { p in p.sample("x", VonMises(0.5, 3)) } }
      .scaled(by: 2).reparameterized(["x": CircularReparameterization()])
    let (x, trace) = try model.substituting(["x_unwrapped": [4, -13]]).outputAndTrace()
    let angle = Tensor([4 - 2 * Double.pi, 4 * Double.pi - 13])
    expectClose(x, angle, tolerance: 1e-14)
    #expect(trace.names == ["n", "x_unwrapped", "x_factor", "x"])
    #expect(trace["x_unwrapped"]?.logDensity()?.scalar == 0)
    expectClose(trace["x_factor"]?.logDensity(), 2 * VonMises(0.5, 3).logProb(angle).sum())
    // An improper distribution has places to start from.
    #expect(try model.seeded(by: RandomKey(0)).trace().logDensity().scalar.isFinite)
  }

  // MARK: Choice and mistakes

  @Test func aFunctionMayChoose() throws {
    let model = hierarchy.reparameterized { site in
      site.distribution?.support.name == "a finite number"
        ? LocationScaleReparameterization(centered: 0) : nil
    }
    #expect(try model.seeded(by: RandomKey(0)).trace()["theta_decentered"] != nil)
  }

  @Test func anAuxiliarySiteTakesTheNextKey() throws {
    let model = hierarchy.reparameterized(["theta": LocationScaleReparameterization(centered: 0)])
    let trace = try model.seeded(by: RandomKey(0)).trace()
    let plain = try hierarchy.seeded(by: RandomKey(0)).trace()
    #expect(words(trace["theta_decentered"]?.key) == words(plain["theta"]?.key))
  }

  @Test func whatCannotBeReparameterizedIsNamed() {
    let model = Model { p in
      p.sample("x", Gamma(shape: 2, rate: 1))
      p.sample("y", Normal(0, 1), observed: 1)
    }.seeded(by: RandomKey(0))
    func message(_ name: String, _ strategy: any Reparameterization) -> String? {
      failure(of: model.reparameterized([name: strategy]))?.description
    }
    #expect(
      message("x", LocationScaleReparameterization())
        == "site \"x\": cannot be reparameterized: Gamma is not a family of location and scale.")
    #expect(
      message("x", TransformReparameterization())
        == "site \"x\": cannot be reparameterized: Gamma is not a transformed distribution.")
    #expect(
      message("x", CircularReparameterization())
        == "site \"x\": cannot be reparameterized: Gamma is positive, but must be an angle in [-π, π]."
    )
    #expect(
      message("y", LocationScaleReparameterization())
        == "site \"y\": cannot be reparameterized: it is observed.")
    #expect(
      message("xx", LocationScaleReparameterization())
        == "reparameterized(_:): no site is named \"xx\"; did you mean \"x\"?")
    let given = model.substituting(["x": 1])
      .reparameterized(["x": LocationScaleReparameterization()])
    #expect(
      failure(of: given)?.description
        == "site \"x\": cannot be reparameterized: it has its value already; "
        + "give that to the model around it.")
  }
}
