import Autodiff
import CKernels

/// A correlation function of the scaled distance `a`, with value and derivative in one pass.
enum Correlation: OnePassFunction {
  /// The Matérn correlation of smoothness 1/2, `exp(-a)`.
  case matern12
  /// The Matérn correlation of smoothness 3/2, `(1 + b) exp(-b)`, `b = sqrt(3) a`.
  case matern32
  /// The Matérn correlation of smoothness 5/2, `(1 + b + b² / 3) exp(-b)`, `b = sqrt(5) a`.
  case matern52
  /// The squared exponential correlation, `exp(-a² / 2)`.
  case rbf

  /// The correlation at the scaled distances `a`, of their shape.
  func callAsFunction(_ a: Tensor) -> Tensor { self([a]) }

  var name: String { "\(self)" }
  var derivatives: [Int] { [0] }

  var kernel: OperationKernel.Function {
    switch self {
    case .matern12: ppl_matern12
    case .matern32: ppl_matern32
    case .matern52: ppl_matern52
    case .rbf: ppl_rbf
    }
  }

  func formula(_ arguments: [Tensor]) -> Tensor {
    let a = arguments[0]
    switch self {
    case .matern12: return exp(-a)
    case .matern32:
      let b = Tensor(3.0.squareRoot()) * a
      return (1 + b) * exp(-b)
    case .matern52:
      let b = Tensor(5.0.squareRoot()) * a
      return (1 + b + square(b) / 3) * exp(-b)
    case .rbf: return exp(-0.5 * square(a))
    }
  }
}
