import PPL

/// A kernel: the covariance function of a Gaussian process.
///
///     let k = 2 * Matern32(lengthscale: 1.5) + 0.1 * White()
///     k.gram(x, x)  // [N, N]
///
/// Kernels are plain values made of tensors, which may be random: hyperparameters are sites of the model.
public protocol Kernel: Sendable {
  /// The name of the kernel in messages.
  var name: String { get }

  /// The hyperparameters with their constraints.
  var hyperparameters: [Parameter] { get }

  /// The metric of the inputs; Euclidean by default, and that of its parts for a sum or product.
  var metric: any Metric { get }

  /// The Gram matrix: the covariance of each row of `x`, `[N, D]`, with each row of `y`, `[M, D]`; `[N, M]`.
  func gram(_ x: Tensor, _ y: Tensor) -> Tensor

  /// The lower triangle of the covariance of the rows of `x`, row by row: `[N (N + 1) / 2]`.
  ///
  /// A kernel that works element by element saves half the work here; the default is the triangle of `gram(x)`.
  func gramTriangle(_ x: Tensor) -> Tensor

  /// The prior variance at each row of `x`, `[N]`.
  func diagonal(_ x: Tensor) -> Tensor
}

extension Kernel {
  public var name: String { String(describing: Self.self) }
  public var hyperparameters: [Parameter] { [] }
  public var metric: any Metric { .euclidean }

  public func gramTriangle(_ x: Tensor) -> Tensor { gram(x, x).packedLowerTriangle() }
  public func diagonal(_ x: Tensor) -> Tensor { gram(x, x).diagonal() }

  /// The Gram matrix of the rows of `x`, `[N, N]`.
  public func gram(_ x: Tensor) -> Tensor { gram(x, x) }
}

// MARK: Algebra

/// The sum of two kernels, the covariance of a sum of independent processes.
public struct SumKernel: Kernel {
  let first, second: any Kernel
  public var name: String { "\(first.name) + \(second.name)" }
  public var hyperparameters: [Parameter] { first.hyperparameters + second.hyperparameters }
  public var metric: any Metric { commonMetric(first, second) }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { first.gram(x, y) + second.gram(x, y) }
  public func gramTriangle(_ x: Tensor) -> Tensor {
    first.gramTriangle(x) + second.gramTriangle(x)
  }
  public func diagonal(_ x: Tensor) -> Tensor { first.diagonal(x) + second.diagonal(x) }
}

/// The product of two kernels, the covariance of a product of independent processes.
public struct ProductKernel: Kernel {
  let first, second: any Kernel
  public var name: String { "\(parenthesized(first)) * \(parenthesized(second))" }
  public var hyperparameters: [Parameter] { first.hyperparameters + second.hyperparameters }
  public var metric: any Metric { commonMetric(first, second) }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { first.gram(x, y) * second.gram(x, y) }
  public func gramTriangle(_ x: Tensor) -> Tensor {
    first.gramTriangle(x) * second.gramTriangle(x)
  }
  public func diagonal(_ x: Tensor) -> Tensor { first.diagonal(x) * second.diagonal(x) }
}

/// A kernel scaled by a variance.
public struct ScaledKernel: Kernel {
  let variance: Tensor
  let base: any Kernel
  public var name: String { base is SumKernel ? "(\(base.name))" : base.name }
  public var hyperparameters: [Parameter] {
    [.init("variance", variance, .positive)] + base.hyperparameters
  }
  public var metric: any Metric { base.metric }
  public func gram(_ x: Tensor, _ y: Tensor) -> Tensor { variance * base.gram(x, y) }
  public func gramTriangle(_ x: Tensor) -> Tensor { variance * base.gramTriangle(x) }
  public func diagonal(_ x: Tensor) -> Tensor { variance * base.diagonal(x) }
}

/// The metric of the first kernel that has another than the Euclidean one, which kernels without a metric have too.
private func commonMetric(_ first: any Kernel, _ second: any Kernel) -> any Metric {
  first.metric is Euclidean ? second.metric : first.metric
}

private func parenthesized(_ kernel: any Kernel) -> String {
  kernel is SumKernel ? "(\(kernel.name))" : kernel.name
}

/// The sum of two kernels, the covariance of the sum of two independent processes.
public func + (a: some Kernel, b: some Kernel) -> SumKernel { SumKernel(first: a, second: b) }
/// The product of two kernels, the covariance of the product of two independent processes.
public func * (a: some Kernel, b: some Kernel) -> ProductKernel {
  ProductKernel(first: a, second: b)
}
/// The kernel scaled by `variance`, the covariance of a process times its square root.
public func * (variance: Tensor, kernel: some Kernel) -> ScaledKernel {
  ScaledKernel(variance: variance, base: kernel)
}
