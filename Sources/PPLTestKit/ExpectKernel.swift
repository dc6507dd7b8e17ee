import Kernels
import PPL
import Testing

/// A kernel as a function of its hyperparameters, a row of a table that runs through `expectKernel(_:at:and:)`.
public struct KernelCase: Sendable, CustomTestStringConvertible {
  /// The name of the case, which messages show.
  public let testDescription: String
  /// Hyperparameters for `make`, each of any shape that the kernel takes.
  public let hyperparameters: [Tensor]
  /// The kernel with these hyperparameters, in the order of `hyperparameters`.
  public let make: @Sendable ([Tensor]) -> any Kernel

  /// A row of a table.
  ///
  /// - Parameters:
  ///   - name: The name of the case, which messages show.
  ///   - hyperparameters: Hyperparameters for `make`.
  ///   - make: The kernel with given hyperparameters.
  public init(
    _ name: String, _ hyperparameters: [Tensor],
    _ make: @escaping @Sendable ([Tensor]) -> any Kernel
  ) {
    (testDescription, self.hyperparameters, self.make) = (name, hyperparameters, make)
  }

  /// The kernel with the hyperparameters of the case.
  public var kernel: any Kernel { make(hyperparameters) }
}

/// Expects what every covariance function owes: symmetric, positive semidefinite matrices of the right shapes, triangle and
/// diagonal that agree with them, and gradients that agree with finite differences.
///
/// - Parameters:
///   - one: The kernel as a function of its hyperparameters.
///   - x: Inputs `[n, d]`; two may be equal, where the gradient of a kink must be finite.
///   - y: Other inputs `[m, d]`, none equal to one of `x`.
///   - sourceLocation: The place that a failure is reported at.
/// - Cost: finite differences in each number of the hyperparameters and the inputs.
public func expectKernel(
  _ one: KernelCase, at x: Tensor, and y: Tensor,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let (kernel, name) = (one.kernel, one.testDescription)
  let K = kernel.gram(x)
  #expect(K.shape == [x.shape[0], x.shape[0]], sourceLocation: sourceLocation)
  #expect(kernel.gram(x, y).shape == [x.shape[0], y.shape[0]], sourceLocation: sourceLocation)
  // Products of floating-point numbers commute, so that symmetry is exact.
  #expect(K.scalars == K.transposed().scalars, sourceLocation: sourceLocation)
  #expect(
    kernel.gram(x, y).scalars == kernel.gram(y, x).transposed().scalars,
    sourceLocation: sourceLocation)
  // The same operations on half of the numbers; elements beyond the last whole register may round otherwise.
  expectClose(
    kernel.gramTriangle(x), K.packedLowerTriangle(), relative: 1e-15,
    sourceLocation: sourceLocation)
  // The sum of a product's terms may come in another order.
  expectClose(
    kernel.diagonal(x), K.diagonal(), relative: 1e-14, sourceLocation: sourceLocation)
  // No eigenvalue below rounding, 1e-16 of the largest.
  let shift = Tensor(1e-12 * K.diagonal().sum().scalar)
  let factor = cholesky(K + shift * .identity(x.shape[0]))
  #expect(
    isFinite(factor).all().scalar == 1, "\(name) is not positive definite",
    sourceLocation: sourceLocation)
  expectKernelGradients(one, at: x, and: y, sourceLocation)
}

private func expectKernelGradients(
  _ one: KernelCase, at x: Tensor, and y: Tensor, _ sourceLocation: SourceLocation
) {
  let (kernel, name) = (one.kernel, one.testDescription)
  if !one.hyperparameters.isEmpty {
    expectGradient(
      of: { one.make($0).gram(x) }, at: one.hyperparameters, name, sourceLocation: sourceLocation)
  }
  expectGradient(
    of: { one.make(Array($0.dropFirst())).gramTriangle(0.5 * $0[0]) },
    at: [y] + one.hyperparameters, name, sourceLocation: sourceLocation)
  expectGradient(
    of: { kernel.gram($0[0], $0[1]) }, at: [x, y], name, sourceLocation: sourceLocation)
  // Where inputs are equal, the derivative of a kernel with a kink is taken as 0.
  let (_, gradient) = valueWithGradient(
    of: { one.make(Array($0.dropFirst())).gram($0[0]).sum() }, at: [x] + one.hyperparameters)
  for part in gradient {
    #expect(
      isFinite(part).all().scalar == 1, "\(name): a gradient where inputs are equal",
      sourceLocation: sourceLocation)
  }
}
