import ArgumentParser
import Kernels
import PPL

/// The smoothness of a Matérn covariance of a field, a summand of the value of `--kernel`.
///
/// - Reference: Rasmussen and Williams (2006), *Gaussian Processes for Machine Learning*, §4.2.1.
public enum FieldKernel: String, Sendable, CaseIterable {
  /// The smoothness 1/2, the exponential covariance: rough fields.
  case matern12
  /// The smoothness 3/2: fields with one derivative.
  case matern32
  /// The smoothness 5/2: fields with two derivatives.
  case matern52

  /// The correlation function with a lengthscale, in the unit of the metric.
  func kernel(_ lengthscale: Tensor, _ metric: any Metric) -> any Kernel {
    func kernel(_ metric: some Metric) -> any Kernel {
      switch self {
      case .matern12: Matern12(lengthscale: lengthscale, metric: metric)
      case .matern32: Matern32(lengthscale: lengthscale, metric: metric)
      case .matern52: Matern52(lengthscale: lengthscale, metric: metric)
      }
    }
    return kernel(metric)
  }
}

/// The covariance functions that sum to the covariance of each field, the value of `--kernel`: `matern12+matern52`.
struct FieldKernels: Sendable, Equatable, ExpressibleByArgument, CustomStringConvertible {
  /// The summands in order, each once.
  let kernels: [FieldKernel]

  /// A single covariance function.
  init(_ kernel: FieldKernel) { kernels = [kernel] }

  /// The sum of names; nil for a text with another name, or a name twice, whose two lengthscales could be exchanged.
  init?(argument: String) {
    let names = argument.split(separator: "+", omittingEmptySubsequences: false)
    let kernels = names.compactMap { FieldKernel(rawValue: String($0)) }
    guard kernels.count == names.count, Set(kernels).count == kernels.count else { return nil }
    self.kernels = kernels
  }

  var description: String { kernels.map(\.rawValue).joined(separator: "+") }
  var defaultValueDescription: String { description }
}

extension SitePrior {
  /// Samples a positive number with a log-normal prior of this median and deviation of the logarithm.
  func sampleScale(_ p: inout Context) -> Tensor {
    p.scale(site, Prior(centre, .lengthscale), deviation: Tensor(deviation ?? 0.5))
  }
}
