import Foundation
import LinearAlgebra
import PPL
import Parallel

/// The Laplace approximation of the marginal density p(θ, y), evaluated at many hyperparameters by several threads.
struct MarginalDensity: Sendable {
  let conditional: ConditionalDensity
  let density: LogDensity
  let pool: WorkPool
  let isInterrupted: @Sendable () -> Bool
  var split: LatentSplit { conditional.split }

  /// The result at one point.
  typealias Evaluation = Result<ConditionalGaussian, NestedLaplaceError>

  /// The approximations at some hyperparameters, each started from the same anchor, so that results do not depend on threads.
  ///
  /// - Throws: `CancellationError` if the user interrupts.
  func evaluate(
    _ thetas: [[Double]], from anchor: Anchor, progress: ProgressCounter? = nil
  ) throws -> [Evaluation] {
    try pool.mapParts(of: thetas.count) { part -> [Evaluation] in
      let evaluator = conditional.evaluator()
      return try part.map { place in
        if isInterrupted() { throw CancellationError() }
        defer { progress?.advance() }
        return gaussian(evaluator, thetas[place], from: anchor)
      }
    }.flatMap(\.self)
  }

  private func gaussian(
    _ evaluator: borrowing ConditionalEvaluator, _ theta: [Double], from anchor: Anchor
  ) -> Evaluation {
    let base = anchor.gaussian
    do throws(NestedLaplaceError) {
      return .success(
        try evaluator.gaussian(
          theta: theta, from: anchor.predictedMode(theta), precision: base.precision))
    } catch {}
    // The predicted mode may lie outside the support, where the anchor does not.
    do throws(NestedLaplaceError) {
      return .success(try evaluator.gaussian(theta: theta, from: base.mode))
    } catch {
      return .failure(error)
    }
  }

  /// The approximation at one point from a start without an anchor, with what is needed to start others from it.
  func makeAnchor(theta: [Double], from x: [Double]) throws -> Anchor {
    try makeAnchor(conditional.evaluator().gaussian(theta: theta, from: x))
  }

  /// The anchor at an approximation: the slopes of the mode, and the curvature of log p(x*(θ), θ, y), by central differences
  /// of the gradient, whose error is of the order of 1e-8 times the third derivative: they only start and scale a search.
  func makeAnchor(_ gaussian: ConditionalGaussian) throws -> Anchor {
    let evaluator = density.evaluator()
    let (theta, mode) = (gaussian.theta, gaussian.mode)
    let width = 1e-4
    var (ahead, behind) = (
      Array(repeating: 0.0, count: density.count), Array(repeating: 0.0, count: density.count)
    )
    var slopes: [[Double]] = []
    var curvature = Matrix(rows: theta.count, columns: theta.count)
    var mixed: [[Double]] = []
    for j in theta.indices {
      var moved = theta
      moved[j] = theta[j] + width
      _ = try evaluator.value(at: split.joined(x: mode, theta: moved), gradient: &ahead)
      moved[j] = theta[j] - width
      _ = try evaluator.value(at: split.joined(x: mode, theta: moved), gradient: &behind)
      let change = split.parts(of: zip(ahead, behind).map { ($0 - $1) / (2 * width) })
      mixed.append(change.x)
      slopes.append(gaussian.precision.solving(change.x))
      for i in theta.indices { curvature[i, j] -= change.theta[i] }
    }
    for i in theta.indices {
      for j in theta.indices { curvature[i, j] -= dot(mixed[i], slopes[j]) }
    }
    return Anchor(gaussian: gaussian, slopes: slopes, curvature: curvature)
  }
}

/// An approximation from which those at near hyperparameters are started.
struct Anchor: Sendable {
  let gaussian: ConditionalGaussian
  /// The derivative of the conditional mode with respect to each hyperparameter, `[n]` each.
  let slopes: [[Double]]
  /// Minus the second derivatives of log p(x*(θ), θ, y), `[k, k]`.
  let curvature: Matrix

  /// The conditional mode at other hyperparameters, to first order.
  func predictedMode(_ theta: [Double]) -> [Double] {
    var x = gaussian.mode
    for (j, slope) in slopes.enumerated() {
      let distance = theta[j] - gaussian.theta[j]
      for i in x.indices { x[i] += distance * slope[i] }
    }
    return x
  }

  /// The same slopes at another approximation nearby.
  func moved(to gaussian: ConditionalGaussian) -> Anchor {
    Anchor(gaussian: gaussian, slopes: slopes, curvature: curvature)
  }

  /// The coordinates of θ with the anchor at the origin in which the curvature is about 1 in every direction.
  var coordinates: HyperCoordinates {
    get throws {
      let largest = curvature.diagonal.map(\.magnitude).max() ?? 0
      let floor = largest.isFinite && largest > 0 ? 1e-4 * largest : 1
      let symmetric = curvature.isFinite ? curvature.symmetrized : .identity(slopes.count)
      return try HyperCoordinates(
        origin: gaussian.theta, curvature: symmetric, leastCurvature: floor)
    }
  }
}

extension Result {
  /// The value of a success; nil for a failure.
  var success: Success? { try? get() }
}

extension Matrix {
  var symmetrized: Matrix {
    var result = transposed()
    result.add(self)
    result.withMutableScalars { for i in $0.indices { $0[i] *= 0.5 } }
    return result
  }

  static func identity(_ size: Int) -> Matrix {
    var matrix = Matrix(rows: size, columns: size)
    matrix.addToDiagonal(Array(repeating: 1, count: size))
    return matrix
  }
}

/// Linear coordinates z of hyperparameters: θ = origin + axes z.
struct HyperCoordinates: Sendable {
  let origin: [Double]
  /// A column for each coordinate, `[k, k]`.
  let axes: Matrix
  /// The logarithm of the volume in θ of a unit cube of z.
  let logVolume: Double

  /// The coordinates along the eigenvectors of a curvature in the coordinates `base`, in units of one over the root of the
  /// eigenvalues' magnitudes.
  init(
    origin: [Double], curvature: Matrix, leastCurvature: Double,
    within base: HyperCoordinates? = nil
  ) throws {
    let eigen = try SymmetricEigen(curvature)
    var axes = Matrix(rows: origin.count, columns: origin.count)
    var logVolume = base?.logVolume ?? 0
    for (k, value) in eigen.values.enumerated() {
      let length = 1 / max(value.magnitude, leastCurvature).squareRoot()
      logVolume += Foundation.log(length)
      for i in origin.indices { axes[i, k] = eigen.vectors[k, i] * length }
    }
    self.origin = origin
    self.axes = base.map { Matrix.product($0.axes, axes) } ?? axes
    self.logVolume = logVolume
  }

  /// The hyperparameters at some coordinates.
  func theta(_ z: [Double]) -> [Double] {
    zip(origin, axes.multiplied(by: z)).map { $0 + $1 }
  }
}
