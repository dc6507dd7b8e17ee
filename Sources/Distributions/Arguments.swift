import Autodiff
import PPL
import Preconditions

/// The common shape of the parameters of one distribution.
///
/// Reports a mistake unless the shapes broadcast together.
func batchShape(of family: String, _ parameters: KeyValuePairs<String, [Int]>) -> [Int] {
  batchShape(of: family, Array(parameters))
}

func batchShape(of family: String, _ parameters: [(key: String, value: [Int])]) -> [Int] {
  if let shape = broadcastShapes(parameters.map(\.value)) { return shape }
  let given = parameters.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  reportMistake("\(family): cannot broadcast \(given).")
  return parameters.map(\.value).max { $0.count < $1.count } ?? []
}

/// Reports a mistake where an argument is outside the domain of a function. Values that are being recorded are not
/// checked, because they cannot be read.
func expect(_ value: Tensor, named name: String, in support: Support, by function: String) {
  guard let offender = support.offender(in: value) else { return }
  reportMistake("\(function): \(name)\(offender), but must be \(support.name).")
}
