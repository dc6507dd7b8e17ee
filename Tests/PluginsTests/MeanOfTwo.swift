import ArgumentParser
import CommandTestSupport
import Distributions
import Inference
import PPL
import Plugins

/// The mean of two numbers: a normal posterior, precision 2 + 1/100, mean 4 / 2.01 = 1.990, deviation 0.705.
struct MeanOfTwo: FittableModel {
  var name = "mean"
  let summary = "The mean of two numbers."
  let dataNeeded = "Data: none."
  struct Options: ParsableArguments, Sendable {}

  func problem(_ options: Options, _ dataset: Void) -> InferenceProblem {
    let model = Model { p in
      let mean = p.sample("mean", Normal(0, 10))
      p.plate("n", 2) { p in p.sample("y", Normal(mean, 1)) }
    }
    return InferenceProblem(model.conditioned(on: ["y": [1, 3]]))
  }
}

/// The plugin with that model alone, under the name `means`.
struct MeansPlugin: Plugin {
  let name = "means"
  let summary = "Means."
  let models: [any FittableModel] = [MeanOfTwo(name: "means")]
}

/// The output of a command for that model.
func means(_ command: String, _ flags: [String]) -> CommandResult {
  var registry = PluginRegistry()
  registry.register(MeansPlugin())
  return CommandTestSupport.command([command, "means"] + flags, registry)
}
