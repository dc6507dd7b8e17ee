import Autodiff
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
