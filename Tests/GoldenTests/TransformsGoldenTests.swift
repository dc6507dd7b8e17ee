import PPL
import TestSupport
import Testing

private let file = "transforms.json"
private let content = Result { try Reference.json(file) }

/// Supports and transforms against NumPyro: values, inverses, Jacobians, gradients, membership.
@Suite(.needs(file)) struct TransformsGoldenTests {
  let json: JSONValue

  init() throws { json = try content.get() }

  @Test func bijectionsOntoSupportsAgree() throws {
    var checked = 0
    for entry in try json.at("biject_to").elements {
      let call = try Call(entry.at("name"))
      let support = try call.support(of: entry.at("cases").elements.first?.at("x").shape)
      #expect(support.bijection.codomainEventRank == support.eventRank, "\(call.text)")
      try expectAgreement(biject(to: support), entry, call.text)
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test func transformsAgree() throws {
    var checked = 0
    for entry in try json.at("transforms").elements {
      let call = try Call(entry.at("name"))
      let transform = try call.transform(of: entry.at("cases").elements.first?.at("x").shape)
      try expectAgreement(transform, entry, call.text)
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test func membershipAgrees() throws {
    var checked = 0
    for check in try json.at("constraint_checks").elements {
      let call = try Call(check.at("constraint"))
      let value = try check.tensor("value")
      let support = try call.support(of: value.shape)
      let inside = support.contains(value)
      #expect(inside.shape == [])
      #expect((inside.scalar == 1) == (try check.at("inside").bool), "\(call.text) of \(value)")
      checked += 1
    }
    #expect(checked > 0)
  }

  /// Every case of one entry.
  private func expectAgreement(
    _ transform: any Transform, _ entry: JSONValue, _ name: String
  ) throws {
    #expect(Double(transform.domainEventRank) == (try entry.number("domain_event_dim")), "\(name)")
    // A complex number is a pair of reals here, which takes one axis more.
    let isComplex = try entry.at("codomain").string?.contains("Complex") == true
    let codomainRank = try entry.number("codomain_event_dim") + (isComplex ? 1 : 0)
    #expect(Double(transform.codomainEventRank) == codomainRank, "\(name)")
    let cases = try entry.at("cases").elements
    #expect(!cases.isEmpty)
    for one in cases {
      let (x, expected) = (try one.tensor("x"), Self.pairs(try one.at("y")))
      let y = transform(x)
      let label = "\(name) at \(x)"
      // A handful of operations on numbers of order one.
      expectClose(y, expected, relative: 1e-13, absolute: 1e-13, label)
      #expect(transform.forwardShape(x.shape) == y.shape)
      #expect(transform.inverseShape(y.shape) == x.shape)
      if let jacobian = one["ladj"] {
        expectClose(
          transform.logAbsDetJacobian(x, y), jacobian["re"].map { Tensor($0) } ?? Tensor(jacobian),
          relative: 1e-10, absolute: 1e-10, "ladj of \(label)")
      } else {
        #expect(transform is AbsTransform, "\(label): only a fold has no Jacobian")
      }

      // Where the inverse magnifies rounding, NumPyro's own round trip says by how much, but for the luck of one draw
      // of rounding errors.
      let back = try one.tensor("x_back")
      let lost = abs(back - x).max().scalar
      let tolerance = 1e-11 + 64 * lost
      expectClose(
        transform.inverse(expected), back, relative: tolerance, absolute: tolerance,
        "inverse of \(label)")

      // JAX has none of complex outputs of these bijections, and there is none without a Jacobian.
      guard let expectedSlope = one["grad_of_w_dot_y_plus_ladj"] else { continue }
      // |x| has no derivative at 0; ours is 0 there and JAX's is 1.
      let isSmooth = transform is L1BallTransform ? x .!= 0 : .ones(x.shape)
      let slope = gradient(of: { weightedSum(transform, $0, isComplex: isComplex) }, at: x)
      expectClose(
        select(isSmooth, slope, 0),
        select(isSmooth, Tensor(expectedSlope), 0),
        relative: 1e-9, absolute: 1e-9, "gradient of \(label)")
    }
  }

  /// `Σ cos(k) y_k + Σ log |det dy/dx|`, k from 1, of complex numbers the real parts.
  private func weightedSum(_ transform: any Transform, _ x: Tensor, isComplex: Bool) -> Tensor {
    let y = transform(x)
    let real = isComplex ? y[.ellipsis, 0] : y
    let weights = cos(Tensor.arange(real.count) + 1).reshaped(to: real.shape)
    return (weights * real).sum() + transform.logAbsDetJacobian(x, y).sum()
  }

  /// Complex numbers, which the file holds as an object of two arrays, as pairs in a last axis.
  private static func pairs(_ value: JSONValue) -> Tensor {
    guard let real = value["re"], let imaginary = value["im"] else { return Tensor(value) }
    return stack([Tensor(real), Tensor(imaginary)], along: -1)
  }
}

/// NumPyro 0.22 takes this Jacobian at `y`, where ours, by the chain rule, is at `y - anchor`.
private struct NumPyroSimplexToOrdered: Transform {
  let base: SimplexToOrderedTransform
  var domainEventRank: Int { 1 }
  var codomainEventRank: Int { 1 }
  func callAsFunction(_ x: Tensor) -> Tensor { base(x) }
  func inverse(_ y: Tensor) -> Tensor { base.inverse(y) }
  func forwardShape(_ shape: [Int]) -> [Int] { base.forwardShape(shape) }
  func inverseShape(_ shape: [Int]) -> [Int] { base.inverseShape(shape) }
  func logAbsDetJacobian(_ x: Tensor, _ y: Tensor) -> Tensor {
    base.logAbsDetJacobian(x, y + base.anchor)
  }
}

/// A name of the file such as `interval(-1,4)` or `ComposeTransform([Affine(0,2),Exp])`.
private struct Call {
  let text: String
  let name: Substring
  let arguments: [Double]

  init(_ json: JSONValue) throws {
    text = try #require(json.string)
    name = text.prefix { $0 != "(" }
    arguments = text.dropFirst(name.count).split { "()[], ".contains($0) }.compactMap {
      Double($0)
    }
  }

  private func number(_ place: Int) throws -> Double {
    try #require(arguments.indices.contains(place) ? arguments[place] : nil, "\(text)")
  }
  private func bound(_ place: Int) throws -> Tensor { Tensor(try number(place)) }

  /// The sizes in a name such as `ReshapeTransform((4)->(2,2))`: those from, then those to.
  private var shapes: [[Int]] {
    text.dropFirst(name.count).split(separator: "->").map { side in
      side.split { !$0.isNumber }.compactMap { Int($0) }
    }
  }

  /// - Parameter shape: The shape of the file's values, where the name does not tell a size.
  func support(of shape: [Int]?) throws -> Support {
    switch name {
    case "real": .real
    case "positive": .positive
    case "nonnegative": .nonNegative
    case "unit_interval": .unitInterval
    case "circular": .circular
    case "softplus_positive": .softplusPositive
    case "greater_than": .greaterThan(try bound(0))
    case "greater_than_eq": .greaterThanEqual(try bound(0))
    case "less_than": .lessThan(try bound(0))
    case "interval": .interval(try bound(0), try bound(1))
    case "open_interval": .openInterval(try bound(0), try bound(1))
    case "real_vector": .realVector
    case "real_matrix": .realMatrix
    case "independent": .independent(.positive, Int(try number(0)))
    case "simplex": .simplex
    case "ordered_vector": .orderedVector
    case "positive_ordered_vector": .positiveOrderedVector
    case "l1_ball": .l1Ball
    case "corr_cholesky": .correlationCholesky
    case "corr_matrix": .correlationMatrix
    case "lower_cholesky": .lowerCholesky
    case "softplus_lower_cholesky": .softplusLowerCholesky
    case "scaled_unit_lower_cholesky": .scaledUnitLowerCholesky
    case "positive_definite", "positive_semidefinite": .positiveDefinite
    case "zero_sum": .zeroSum(Int(try number(0)))
    case "boolean": .boolean
    case "nonnegative_integer": .nonNegativeInteger
    case "multinomial": .multinomial(try bound(0))
    case "complex": .complex
    case "cat": .concatenated([(.real, try #require(shape?.last) - 1), (.positive, 1)])
    case "sphere": .sphere
    default: throw UnknownName(name: text, file: file)
    }
  }

  /// - Parameter shape: The shape of the file's arguments, where the name does not tell a size.
  func transform(of shape: [Int]?) throws -> any Transform {
    switch name {
    case "AffineTransform": AffineTransform(location: try bound(0), scale: try bound(1))
    case "ExpTransform": ExpTransform()
    case "SigmoidTransform": SigmoidTransform()
    case "SoftplusTransform": SoftplusTransform()
    case "PowerTransform": PowerTransform(exponent: try bound(0))
    case "IdentityTransform": IdentityTransform()
    case "StickBreakingTransform": StickBreakingTransform()
    case "OrderedTransform": OrderedTransform()
    case "L1BallTransform": L1BallTransform()
    case "CorrCholeskyTransform": CorrelationCholeskyTransform()
    case "LowerCholeskyTransform": LowerCholeskyTransform()
    case "ScaledUnitLowerCholeskyTransform": ScaledUnitLowerCholeskyTransform()
    case "SoftplusLowerCholeskyTransform": SoftplusLowerCholeskyTransform()
    case "CholeskyTransform": GramTransform().inverted
    case "CorrMatrixCholeskyTransform": GramTransform(isCorrelation: true).inverted
    case "ZeroSumTransform": ZeroSumTransform(rank: Int(try number(0)))
    case "ComposeTransform":
      ComposedTransform([
        AffineTransform(location: try bound(0), scale: try bound(1)), ExpTransform(),
      ])
    case "AbsTransform": AbsTransform()
    case "SimplexToOrderedTransform":
      NumPyroSimplexToOrdered(base: SimplexToOrderedTransform(anchor: try bound(0)))
    case "LowerCholeskyAffine":
      // The file holds neither its location nor its factor.
      try lowerCholeskyAffine(shape)
    case "PermuteTransform": PermuteTransform(arguments.map { Int($0) })
    case "DiscreteCosineTransform":
      DiscreteCosineTransform(
        smoothness: text.split(separator: "smooth=").last.flatMap {
          Double($0.dropLast())
        } ?? 0)
    case "HaarTransform": HaarTransform()
    case "RealFastFourierTransform": RealFourierTransform(count: Int(try number(0)))
    case "PackRealFastFourierCoefficientsTransform":
      PackedSpectrumTransform(count: Int(try number(0)))
    case "ReshapeTransform":
      ReshapeTransform(
        from: try #require(shapes.first, "\(text)"), to: try #require(shapes.last, "\(text)"))
    default: throw UnknownName(name: text, file: file)
    }
  }

  private func lowerCholeskyAffine(_ shape: [Int]?) throws -> LowerCholeskyAffineTransform {
    let location = Tensor([0.1, -0.2, 0.3])
    try #require(shape == location.shape, "\(text) of another size than its constants")
    return LowerCholeskyAffineTransform(
      location: location,
      choleskyFactor: Tensor(rows: [[1.2, 0, 0], [0.3, 0.8, 0], [-0.5, 0.4, 1.6]]))
  }
}
