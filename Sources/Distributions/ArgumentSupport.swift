import Autodiff
import PPL
import Preconditions

/// Reports a mistake where an argument is outside the domain of a function. Values that are being recorded are not
/// checked, because they cannot be read.
func expect(_ value: Tensor, named name: String, in support: Support, by function: String) {
  guard let offender = support.offender(in: value) else { return }
  reportMistake("\(function): \(name)\(offender), but must be \(support.name).")
}
