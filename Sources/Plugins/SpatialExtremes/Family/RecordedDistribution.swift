import PPL

/// The distribution of values in the unit of a record, `y = mean + s z`, where z has a distribution in standard units.
///
/// The log density is that of the rounded `z`, less the logarithm of the unit s for each number: a constant term.
struct RecordedDistribution<Base: Distribution>: HasConstantTerm {
  let base: Base
  let units: StandardUnits
  let support: Support
  /// The least value, in the unit of the record; nil without one.
  let threshold: Tensor?
  /// The number of data of each element of the batch, for values in standard units.
  let numbers: @Sendable (_ z: Tensor) -> Tensor
  private var hasConstantTerm = true

  init(
    _ base: Base, _ units: StandardUnits, support: Support, threshold: Tensor?,
    numbers: @escaping @Sendable (_ z: Tensor) -> Tensor
  ) {
    (self.base, self.units, self.support) = (base, units, support)
    (self.threshold, self.numbers) = (threshold, numbers)
  }

  var name: String { base.name }
  var parameters: [Parameter] { base.parameters }
  var batchShape: [Int] { base.batchShape }
  var eventShape: [Int] { base.eventShape }
  var hasReparameterizedDraws: Bool { base.hasReparameterizedDraws }

  func sample(_ shape: [Int], key: RandomKey) -> Tensor {
    let values = units.recorded(base.sample(shape, key: key))
    return threshold.map { maximum(values, $0) } ?? values
  }

  func logProb(_ x: Tensor) -> Tensor {
    let density = base.logProb(units.standard(x))
    return hasConstantTerm ? density + constantTerm(x) : density
  }

  func constantTerm(_ x: Tensor) -> Tensor {
    -log(Tensor(units.deviation)) * numbers(units.standard(x)).broadcast(to: batchShape)
  }

  var withoutConstantTerm: any Distribution {
    var other = self
    other.hasConstantTerm = false
    return other
  }
}

extension StationTensors {
  /// A distribution of observations in the unit of the record: itself, or that of one in standard units.
  ///
  /// - Parameters:
  ///   - distribution: The distribution with the parameters of the model.
  ///   - support: The support in the unit of the record.
  ///   - threshold: The least value, in the unit of the record; nil without one.
  ///   - numbers: The number of data of each element of the batch, for values in standard units; 1 by default.
  func recorded(
    _ distribution: some Distribution, support: Support = .real, threshold: Tensor? = nil,
    numbers: @escaping @Sendable (_ z: Tensor) -> Tensor = { _ in 1 }
  ) -> any Distribution {
    guard let units else { return distribution }
    return RecordedDistribution(
      distribution, units.maxima, support: support, threshold: threshold, numbers: numbers)
  }
}
