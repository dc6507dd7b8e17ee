import Autodiff

/// The Gaspari-Cohn correlation at distances z in units of its length c, elementwise: 0 from z = 2 on, with two continuous
/// derivatives.
///
/// - Reference: Gaspari and Cohn (1999), *Construction of correlation functions in two and three dimensions*, eq. (4.10).
public func gaspariCohn(_ z: Tensor) -> Tensor {
  // Each branch sees only its own arguments: a branch not taken must not bring NaN into the gradient.
  let isNear = z .<= 1
  let isFar = z .>= 2
  let near = nearPiece(select(isNear, z, 0))
  let far = farPiece(select(isNear .| isFar, 1.5, z))
  return select(isNear, near, select(isFar, 0, far))
}

/// The Gaspari-Cohn correlation at one distance z.
func gaspariCohn(_ z: Double) -> Double {
  if z >= 2 { return 0 }
  // Rounding leaves a last digit on either side of 0 next to 2.
  return z <= 1 ? nearPiece(z) : max(0, farPiece(z))
}

/// The piece of the correlation on [0, 1].
private func nearPiece<T: Arithmetic>(_ z: T) -> T {
  let quadratic: T = (0.5 - z / 4) * z + 0.625
  let cubic: T = quadratic * z - 5 / 3
  return cubic * z * z + 1
}

/// The piece of the correlation on [1, 2].
private func farPiece<T: Arithmetic>(_ z: T) -> T {
  let quadratic: T = (z / 12 - 0.5) * z + 0.625
  let quartic: T = (quadratic * z + 5 / 3) * z - 5
  return quartic * z + 4 - 2 / (3 * z)
}

/// Arithmetic that doubles and tensors share.
private protocol Arithmetic: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
}

extension Double: Arithmetic {}
extension Tensor: Arithmetic {}
