import PPL
import Preconditions

/// Bayesian linear regression through the origin.
///
///     k(x, y) = x . y
public struct DotProduct: Kernel {
  /// The kernel has no hyperparameters; multiply by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { matmul(x, y.transposed()) }
  public func diagonal(_ x: Tensor) -> Tensor { square(x).sum(along: [-1]) }
}

/// Polynomials of a given degree.
///
///     k(x, y) = (x . y + bias)^degree
public struct Polynomial: Kernel {
  /// The power, at least 1.
  public let degree: Int
  /// What is added to the product of the inputs, not negative.
  public let bias: Tensor

  /// - Precondition: `degree` is positive.
  public init(degree: Int, bias: Tensor) {
    holds(degree > 0, "Polynomial: the degree is \(degree), but must be positive.")
    (self.degree, self.bias) = (max(degree, 1), bias)
  }
  public var hyperparameters: [Parameter] { [.init("bias", bias, .nonNegative)] }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { power(matmul(x, y.transposed())) }
  public func gramTriangle(_ x: Tensor) -> Tensor {
    power(matmul(x, x.transposed()).packedLowerTriangle())
  }

  /// By squares: as many products as twice the digits of the degree in base 2.
  private func power(_ products: Tensor) -> Tensor {
    let base = products + bias
    let digits = (0..<degree.bitWidth - degree.leadingZeroBitCount - 1).reversed()
    return digits.reduce(base) { power, digit in
      (degree >> digit) & 1 == 1 ? square(power) * base : square(power)
    }
  }
}
