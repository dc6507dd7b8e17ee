import LinearAlgebra
import PPL

/// The profile likelihood of a quantity: the largest log likelihood among the parameters at which it has a given value.
///
///     ℓp(c) = max { ℓ(x) : ψ(x) = c }
///
/// It is followed from the estimate outwards, each maximum found by Newton's method from the one before, in coordinates z in
/// which the information at the estimate is the identity:
///
///     ∇ℓ + ν ∇ψ = 0,    ψ = c
///
/// - Reference: Venzon and Moolgavkar (1988), *A method for computing profile-likelihood-based confidence intervals*; Coles
///   (2001), §2.6.6.
struct ProfileLikelihood {
  private let density: LogDensity
  private let quantity: @Sendable (Tensor) throws -> Tensor
  private let recorded: RecordedGradient
  /// The factor T of `x = mean + T z`, `[n, n]`.
  private let factor: Matrix
  private let mean: [Double]
  private let logLikelihood: Double
  /// The estimate of the quantity, and its standard error, by which it is scaled.
  private let estimate, scale: Double

  /// A maximum at a value of the quantity.
  private struct Point {
    /// The value of the quantity.
    var value: Double
    var x: [Double]
    /// The multiplier ν.
    var multiplier: Double
    /// The change of the quantity over a standard deviation of the parameters, which turns steps into standard deviations.
    var scale: Double
    /// The square root of the deviance `2 (ℓ̂ - ℓp)`.
    var root: Double
  }

  init(
    _ fit: MaximumLikelihoodFit, _ quantity: @escaping @Sendable (Tensor) throws -> Tensor,
    estimate: Double, scale: Double
  ) throws {
    (density, self.quantity) = (fit.density, quantity)
    (factor, mean) = (fit.information.factor.dense, fit.information.mean)
    (self.estimate, self.scale) = (estimate, scale)
    logLikelihood = fit.logLikelihood - fit.density.logJoint.constantTerm
    recorded = try RecordedGradient(at: mean) { x in
      let (value, gradient) = try valueWithGradient(
        of: { try quantity($0[0]).reshaped(to: []) }, at: [x])
      return (value, gradient[0])
    }
  }

  /// The ends of the interval at which the square root of the deviance is `root`.
  ///
  /// - Throws: `MaximumLikelihoodError.profile` for an end that is not found.
  func ends(root: Double) throws -> (lower: Double, upper: Double) {
    (try end(root, side: -1), try end(root, side: 1))
  }

  /// One end: steps outwards until the deviance is larger, then the root between the last two by regula falsi.
  private func end(_ root: Double, side: Double) throws -> Double {
    var inner = Point(value: estimate, x: mean, multiplier: 0, scale: scale, root: 0)
    var step = 0.25 * root
    var solver = try Solver(self)
    var outer: Point?
    for _ in 0..<400 where outer == nil {
      guard let next = try solver.maximum(at: inner.value + side * step * inner.scale, from: inner),
        next.root > inner.root
      else {
        step /= 2
        guard step > 1e-6 else { break }
        continue
      }
      if next.root >= root {
        outer = next
      } else {
        // Aims at a quarter of the way in each step.
        step *= min(max(0.25 * root / (next.root - inner.root), 0.5), 2)
        inner = next
        if abs(inner.value - estimate) > 1e9 * scale { return side * .infinity }
      }
    }
    guard let outer else {
      throw MaximumLikelihoodError.profile(
        isUpper: side > 0, reached: inner.value, deviance: inner.root * inner.root,
        threshold: root * root)
    }
    return try crossing(root, inner, outer, &solver)
  }

  /// The value between two maxima at which the square root of the deviance is `root`.
  ///
  /// That root is nearly linear in the value.
  private func crossing(
    _ root: Double, _ inner: Point, _ outer: Point, _ solver: inout Solver
  ) throws -> Double {
    var (inner, outer) = (inner, outer)
    for _ in 0..<60 {
      let share = (root - inner.root) / (outer.root - inner.root)
      let value = inner.value + share * (outer.value - inner.value)
      guard let next = try solver.maximum(at: value, from: inner) else { return value }
      if abs(next.root - root) < 1e-9 * root { return next.value }
      if next.root < root { inner = next } else { outer = next }
      if abs(outer.value - inner.value) < 1e-10 * inner.scale { break }
    }
    return inner.value
  }

  /// Newton's method for the maxima, with its memory.
  private struct Solver: ~Copyable {
    private let profile: ProfileLikelihood
    private let likelihood, quantity: GradientEvaluator
    private var likelihoodHessian, quantityHessian: HessianProduct
    private var gradient, slope: [Double]

    init(_ profile: ProfileLikelihood) throws {
      let own = try profile.density.hessianProduct(at: profile.mean)
      let other = try HessianProduct(
        of: { [f = profile.quantity] in try f($0).reshaped(to: []) }, at: profile.mean)
      self.profile = profile
      (gradient, slope) = (profile.mean, profile.mean)
      likelihood = profile.density.evaluator()
      quantity = GradientEvaluator(profile.recorded)
      likelihoodHessian = own
      quantityHessian = other
    }

    /// The maximum at a value of the quantity; nil where Newton's method does not converge from a point.
    mutating func maximum(at value: Double, from start: Point) throws -> Point? {
      let (n, scale) = (profile.mean.count, start.scale)
      var (x, multiplier) = (start.x, start.multiplier * scale)
      for _ in 0..<40 {
        let here = try likelihood.value(at: x, gradient: &gradient)
        let own = try quantity.value(at: x, gradient: &slope)
        guard here.isFinite, own.isFinite else { return nil }
        // In the coordinates z, with the quantity in its changes over a standard deviation.
        let g = profile.factor.transposeMultiplied(by: gradient)
        let a = profile.factor.transposeMultiplied(by: slope).map { $0 / scale }
        let residual = zip(g, a).map { $0 + multiplier * $1 } + [(own - value) / scale]
        guard residual.allSatisfy(\.isFinite) else { return nil }
        if largest(residual) < 1e-8 {
          let deviance = max(2 * (profile.logLikelihood - here), 0)
          return Point(
            value: value, x: x, multiplier: multiplier / scale, scale: scale * norm(a),
            root: deviance.squareRoot())
        }
        guard let step = try newtonStep(at: x, residual, a, multiplier / scale) else { return nil }
        let dx = profile.factor.multiplied(by: Array(step.prefix(n)))
        // Steps of more than two standard deviations leave the region where the functions are quadratic.
        var length = min(1, 2 / max(norm(Array(step.prefix(n))), 1e-300))
        var next = zip(x, dx).map { $0 + length * $1 }
        for _ in 0..<30 where !(try likelihood.value(at: next).isFinite) {
          length /= 2
          next = zip(x, dx).map { $0 + length * $1 }
        }
        x = next
        multiplier += length * step[n]
      }
      return nil
    }

    /// The solution of the linear system of Newton's method in z and ν.
    private mutating func newtonStep(
      at x: [Double], _ residual: [Double], _ a: [Double], _ multiplier: Double
    ) throws -> [Double]? {
      let n = x.count
      try likelihoodHessian.move(to: x)
      try quantityHessian.move(to: x)
      var hessian = Matrix(rows: n, columns: n, likelihoodHessian.matrix().scalars)
      hessian.add(
        Matrix(rows: n, columns: n, quantityHessian.matrix().scalars),
        scaledBy: multiplier)
      let inner = Matrix.product(
        profile.factor, Matrix.product(hessian, profile.factor), transposingFirst: true)
      var system = Matrix(rows: n + 1, columns: n + 1)
      for i in 0..<n {
        for j in 0..<n { system[i, j] = inner[i, j] }
        (system[i, n], system[n, i]) = (a[i], a[i])
      }
      // Symmetric and indefinite: it has one positive direction more than the Hessian.
      guard system.isFinite, let eigen = try? SymmetricEigen(system) else { return nil }
      var step = Array(repeating: 0.0, count: n + 1)
      for (k, value) in eigen.values.enumerated() {
        guard value.magnitude > 1e-14 else { return nil }
        let row = Array(eigen.vectors.row(k))
        let share = dot(row, residual) / value
        for i in step.indices { step[i] -= share * row[i] }
      }
      return step
    }
  }
}
