// A program with one mistake, chosen by its argument: what a release build says of it, `Tests/release-messages.sh` reads.
import Preconditions

let count = CommandLine.arguments.count - 2
switch CommandLine.arguments.dropFirst().first {
case "require": require(count > 0, "the count is \(count), but must be positive.")
case "failed": requirementFailed("there is no plate of this name.")
case "mistake": reportMistake("subscript: 9 is outside axis 0 of shape [3].")
case "after":
  MistakeCollector().collect {
    reportMistake("subscript: 9 is outside axis 0 of shape [3].")
    require(count > 0, "the count is \(count), but must be positive.")
  }
case "caught":
  do {
    try catchingMistakes { reportMistake("subscript: 9 is outside axis 0 of shape [3].") }
  } catch {
    print(error)
  }
default: break
}
