import PPL
import TestSupport
import Testing

/// Transforms far from the origin, against `Tests/Reference/transforms_mpmath.json`.
@Suite struct TransformMagnitudesTests {
  private struct File: Decodable {
    let cases: [Case]
    let inverses: [Inverse]
  }

  private struct Case: Decodable {
    let transform: String
    let x: JSONValue
    let logJacobian: Double

    func make() throws -> any Transform { try TransformMagnitudesTests.named(transform) }
    var input: Tensor { Tensor(x) }
  }

  private struct Inverse: Decodable {
    let transform: String
    /// The value, whose doubles are taken as exact, and its argument.
    let y, x: [Double]
    /// How far each number of x moves for a relative change of one of each number of y.
    let moves: [Double]

    var value: Tensor {
      let isScalar = ["sigmoid", "interval(-1,3)", "softplus"].contains(transform)
      let size = Int(Double(y.count).squareRoot())
      let isMatrix = transform == "correlationCholesky"
      return Tensor(y, shape: isScalar ? [] : isMatrix ? [size, size] : [y.count])
    }
  }

  private static func named(_ name: String) throws -> any Transform {
    switch name {
    case "exp": return ExpTransform()
    case "sigmoid": return SigmoidTransform()
    case "interval(-1,3)":
      return ComposedTransform([SigmoidTransform(), AffineTransform(location: -1, scale: 4)])
    case "softplus": return SoftplusTransform()
    case "stickBreaking": return StickBreakingTransform()
    case "l1Ball": return L1BallTransform()
    case "ordered": return OrderedTransform()
    case "correlationCholesky": return CorrelationCholeskyTransform()
    case "simplexToOrdered": return SimplexToOrderedTransform()
    case "lowerCholesky": return LowerCholeskyTransform()
    case "softplusLowerCholesky": return SoftplusLowerCholeskyTransform()
    case "scaledUnitLowerCholesky": return ScaledUnitLowerCholeskyTransform()
    default:
      let text = name.dropFirst("power(".count).dropLast()
      return PowerTransform(exponent: Tensor(try #require(Double(text), "\(name)")))
    }
  }

  private let cases: [Case]
  private let inverses: [Inverse]

  init() throws {
    let file = try Reference.kept("transforms_mpmath.json", as: File.self)
    (cases, inverses) = (file.cases, file.inverses)
    #expect(cases.count > 300 && inverses.count > 200)
  }

  @Test func inversesLoseNoMoreThanTheRoundingOfTheirArgument() throws {
    for one in inverses {
      let found = try Self.named(one.transform).inverse(one.value).scalars
      #expect(found.count == one.x.count)
      for (k, (a, b)) in zip(found, one.x).enumerated() {
        // A few roundings of the numbers of y, as of their sums, and a few of x itself.
        let tolerance = 16 * Double.ulpOfOne * (one.moves[k] + abs(b))
        #expect(
          abs(a - b) <= tolerance, "\(one.transform) of \(one.y), [\(k)]: \(a), not \(b)")
      }
    }
  }

  /// 1 - 2e-17 is 1 in doubles, which leaves nothing for the parts that follow but what they are themselves.
  @Test func aStickThatIsAllButUsedUpKeepsItsLastParts() {
    let x = StickBreakingTransform().inverse(Tensor([1 - 2e-17, 1e-17, 1e-17])).scalars
    // log 2 - log 2e-17; a logarithm of 1 is exactly 0.
    expectClose([x[0]], [17 * PPL.log(10).scalar], relative: 1e-15)
    #expect(x[1] == 0)
  }

  @Test func logJacobiansKeepTheirDigitsFarFromTheOrigin() throws {
    for one in cases {
      let transform = try one.make()
      let found = transform.logAbsDetJacobian(one.input, transform(one.input))
      // Sums of terms that cancel to nearly 0 have the rounding of the terms.
      expectClose(
        found.scalars, [one.logJacobian], relative: 1e-10, absolute: 1e-12,
        "\(one.transform) at \(one.input)")
    }
  }

  @Test func rowsOfStickAndCorrelationAreRightToTheirLastDigits() {
    let cases: [(any Transform, [Double], Double)] = [
      (L1BallTransform(), [6, 6, 6, 1], -100.549869224568),
      (L1BallTransform(), [10, 10, 1], -96.0155314114745),
      (CorrelationCholeskyTransform(), [0.3, 14, 0.5], -40.2494690120907),
    ]
    for (transform, x, expected) in cases {
      let found = transform.logAbsDetJacobian(Tensor(x), transform(Tensor(x))).scalar
      // The digits of the printed values.
      #expect(abs(found - expected) < 1e-12, "\(found)")
    }
  }

  @Test func thereAndBackIsFinite() throws {
    for one in cases where !one.transform.hasPrefix("power") {
      let transform = try one.make()
      let y = transform(one.input)
      #expect(isFinite(y).all().scalar == 1, "\(one.transform) at \(one.input): \(y)")
      let back = transform.inverse(y)
      #expect(isFinite(back).all().scalar == 1, "\(one.transform) at \(one.input): \(back)")
    }
  }

  /// What is left of a row of a correlation's factor, of its squares, is found without a difference.
  @Test func correlationsComeBackWithTheirDigits() {
    let transform = CorrelationCholeskyTransform()
    let x = Tensor([0.3, 14, 0.5, -13, 2, 15, 1e-9, -4, 0.7, 3])
    // An entry next to 1 leaves the relative rounding of its complement, 1e-15, to the logarithm.
    expectClose(transform.inverse(transform(x)), x, relative: 1e-12, absolute: 1e-14)
  }

  @Test func correlationsOfSaturatedEntriesComeBackAsNumbers() {
    let transform = CorrelationCholeskyTransform()
    for x in [[30, 30, 30], [0.3, 40, -700], [700, -700, 700], [19, 19, 19, 19, 19, 19]] {
      let back = transform.inverse(transform(Tensor(x)))
      #expect(isFinite(back).all().scalar == 1, "\(x): \(back)")
    }
    // A row whose squares add up to more than 1 by rounding.
    let L = Tensor(rows: [[1, 0, 0], [0.6, 0.8, 0], [0.8, 0.6000000000000001, 1e-200]])
    #expect(isFinite(transform.inverse(L)).all().scalar == 1)
  }

  @Test func lengthsOfStickAndFactorKeepTheirDigits() {
    // 1 - tanh(10) and sqrt(1 - tanh(14)²), by mpmath.
    let ball = L1BallTransform()(Tensor([10, 20])).scalars
    expectClose([ball[1]], [4.1223072363804072e-9], relative: 1e-14, absolute: 0)
    let factor = CorrelationCholeskyTransform()(Tensor([14])).scalars
    expectClose([factor[3]], [1.6630574382059859e-6], relative: 1e-14, absolute: 0)
    let simplex = StickBreakingTransform()(Tensor([20])).scalars
    expectClose([simplex[1]], [2.0611536181902036e-9], relative: 1e-14, absolute: 0)
  }

  @Test func cutPointsOfSimplicesWithTinyPartsAreNumbers() {
    let transform = SimplexToOrderedTransform()
    for tiny in [1e-17, 1e-100, 1e-300] {
      // 0.7 and 0.3 leave nothing for the last part but what it is itself.
      let cuts = transform(Tensor([0.7, 0.3, tiny]))
      expectClose([cuts[-1].scalar], [-log(Tensor(tiny)).scalar], relative: 1e-14)
      #expect(isFinite(transform.inverse(cuts)).all().scalar == 1)
    }
  }

  /// Bounds that rounding has reached: -1 + 2 sigmoid(-700) is -1.
  @Test(arguments: [-700.0, -40, 40, 700])
  func intervalsComeBackAsNumbers(_ x: Double) {
    for (low, high) in [(-1.0, 1.0), (0, 1), (1e10, 1e10 + 1)] {
      let transform = biject(to: .interval(Tensor(low), Tensor(high)))
      let back = transform.inverse(transform(Tensor(x))).scalar
      #expect(back.isFinite && (back < 0) == (x < 0), "\(low)...\(high): \(back)")
    }
  }
}
