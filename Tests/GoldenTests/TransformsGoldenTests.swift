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
      guard let support = try call.support else { continue }
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
      guard let transform = try call.transform else { continue }
      try expectAgreement(transform, entry, call.text)
      checked += 1
    }
    #expect(checked > 0)
  }

  @Test func membershipAgrees() throws {
    var checked = 0
    for check in try json.at("constraint_checks").elements {
      let call = try Call(check.at("constraint"))
      guard let support = try call.support else { continue }
      let value = try check.tensor("value")
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
    #expect(
      Double(transform.codomainEventRank) == (try entry.number("codomain_event_dim")), "\(name)")
    let cases = try entry.at("cases").elements
    #expect(!cases.isEmpty)
    for one in cases {
      let (x, expected) = (try one.tensor("x"), try one.tensor("y"))
      let y = transform(x)
      let label = "\(name) at \(x)"
      // A handful of operations on numbers of order one.
      expectClose(y, expected, relative: 1e-13, absolute: 1e-13, label)
      #expect(transform.forwardShape(x.shape) == y.shape)
      #expect(transform.inverseShape(y.shape) == x.shape)
      let jacobian = transform.logAbsDetJacobian(x, y)
      expectClose(
        jacobian, try one.tensor("ladj"), relative: 1e-10, absolute: 1e-10, "ladj of \(label)")

      // Where the inverse magnifies rounding, NumPyro's own round trip says by how much, but for the luck of one draw
      // of rounding errors.
      let back = try one.tensor("x_back")
      let lost = abs(back - x).max().scalar
      let tolerance = 1e-11 + 64 * lost
      expectClose(
        transform.inverse(expected), back, relative: tolerance, absolute: tolerance,
        "inverse of \(label)")

      // |x| has no derivative at 0; ours is 0 there and JAX's is 1.
      let isSmooth = transform is L1BallTransform ? x .!= 0 : .ones(x.shape)
      let slope = gradient(of: { weightedSum(transform, $0) }, at: x)
      expectClose(
        select(isSmooth, slope, 0),
        select(isSmooth, try one.tensor("grad_of_w_dot_y_plus_ladj"), 0),
        relative: 1e-9, absolute: 1e-9, "gradient of \(label)")
    }
  }

  /// `Σ cos(k) y_k + Σ log |det dy/dx|`, k from 1.
  private func weightedSum(_ transform: any Transform, _ x: Tensor) -> Tensor {
    let y = transform(x)
    let weights = cos(Tensor.arange(y.count) + 1).reshaped(to: y.shape)
    return (weights * y).sum() + transform.logAbsDetJacobian(x, y).sum()
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

  /// Nothing for one that has no counterpart here.
  var support: Support? {
    get throws {
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
      case "complex", "cat", "sphere": nil
      default: throw UnknownName(name: text, file: file)
      }
    }
  }

  /// Nothing for one that has no counterpart here.
  var transform: (any Transform)? {
    get throws {
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
      case "AbsTransform", "SimplexToOrderedTransform", "LowerCholeskyAffine", "PermuteTransform",
        "DiscreteCosineTransform", "HaarTransform", "RealFastFourierTransform",
        "PackRealFastFourierCoefficientsTransform", "ReshapeTransform":
        nil
      default: throw UnknownName(name: text, file: file)
      }
    }
  }
}
