import PPL
import Preconditions

/// The linear (dot product) kernel: Bayesian linear regression through the origin.
///
///     k(x, y) = x . y
public struct DotProduct: Kernel {
  /// A linear kernel, which has no hyperparameters; multiply it by a variance to scale it.
  public init() {}
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { matmul(x, y.transposed()) }
  public func diagonal(_ x: Tensor) -> Tensor { square(x).sum(along: [-1]) }
}

/// The polynomial kernel of a given degree.
///
///     k(x, y) = (x . y + bias)^degree
public struct Polynomial: Kernel {
  /// The degree of the polynomial, at least 1.
  public let degree: Int
  /// The bias added to the product of the inputs, not negative.
  public let bias: Tensor

  /// A polynomial kernel of this degree and bias.
  ///
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

  /// The power of the products by repeated squaring, with at most twice as many products as the degree has
  /// binary digits.
  private func power(_ products: Tensor) -> Tensor {
    let base = products + bias
    let digits = (0..<degree.bitWidth - degree.leadingZeroBitCount - 1).reversed()
    return digits.reduce(base) { power, digit in
      (degree >> digit) & 1 == 1 ? square(power) * base : square(power)
    }
  }
}
