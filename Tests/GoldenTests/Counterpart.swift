import Distributions
import PPL

/// A family of NumPyro's: its parameters in the order in which ours takes them.
struct Counterpart: Sendable {
  let parameters: [String]
  /// Why our draws differ, where they do; statistics judge them then.
  var samplesAnotherWay: String?
  /// The parameters at which they do; by default all.
  var differs: @Sendable (_ parameters: [Tensor]) -> Bool = { _ in true }
  /// Fields that hold fewer digits in the file.
  var tolerance: [String: Double] = [:]
  /// Parameters whose gradients are wrong in the file; finite differences judge ours.
  var wrongGradients: Set<String> = []
  /// Whether NumPyro's density at a value has all its digits.
  var isTrusted: @Sendable (_ value: Tensor, _ parameters: [Tensor]) -> Bool = { _, _ in true }
  /// Fields of the file that are not compared, with the reason.
  var exceptions: [String: String] = [:]
  /// The distribution of these parameters over events of this shape.
  let make: @Sendable (_ parameters: [Tensor], _ eventShape: [Int]) -> any Distribution

  init(
    parameters: [String], exceptions: [String: String] = [:], samplesAnotherWay: String? = nil,
    differs: @escaping @Sendable ([Tensor]) -> Bool = { _ in true },
    tolerance: [String: Double] = [:],
    wrongGradients: Set<String> = [],
    isTrusted: @escaping @Sendable (Tensor, [Tensor]) -> Bool = { _, _ in true },
    make: @escaping @Sendable ([Tensor]) -> any Distribution
  ) {
    self.init(
      parameters: parameters, exceptions: exceptions, samplesAnotherWay: samplesAnotherWay,
      differs: differs, tolerance: tolerance, wrongGradients: wrongGradients, isTrusted: isTrusted
    ) { parameters, _ in make(parameters) }
  }

  /// A family whose size its parameters do not tell: the values of the file do.
  init(
    parameters: [String], exceptions: [String: String] = [:], samplesAnotherWay: String? = nil,
    differs: @escaping @Sendable ([Tensor]) -> Bool = { _ in true },
    tolerance: [String: Double] = [:],
    wrongGradients: Set<String> = [],
    isTrusted: @escaping @Sendable (Tensor, [Tensor]) -> Bool = { _, _ in true },
    sized make:
      @escaping @Sendable (_ parameters: [Tensor], _ eventShape: [Int]) ->
      any Distribution
  ) {
    (self.parameters, self.exceptions) = (parameters, exceptions)
    self.samplesAnotherWay = samplesAnotherWay ?? exceptions["sample"]
    self.differs = differs
    (self.tolerance, self.wrongGradients) = (tolerance, wrongGradients)
    (self.isTrusted, self.make) = (isTrusted, make)
  }

  /// Whether one key gives NumPyro's draws.
  func drawsAgree(_ parameters: [Tensor]) -> Bool {
    samplesAnotherWay == nil || !differs(parameters)
  }
}
