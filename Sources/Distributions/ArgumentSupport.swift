import Autodiff
import PPL
import Preconditions

/// Reports a mistake where an argument lies outside what a function is defined for; numbers that are being recorded pass, since
/// they cannot be read.
func expect(_ value: Tensor, named name: String, in support: Support, by function: String) {
  guard let offender = support.offender(in: value) else { return }
  reportMistake("\(function): \(name)\(offender), but must be \(support.name).")
}
