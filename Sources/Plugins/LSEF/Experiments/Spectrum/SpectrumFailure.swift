import Plugins

/// An error in the flags of `lsef-spectrum`, before a fit begins.
enum SpectrumFailure: PluginError, Equatable {
  /// A flag of every fit that one way of fitting has no use for.
  case unused(flag: String, value: String, instead: String)
  /// A flag of the example where there are data.
  case exampleFlag(String)
  /// The checkpoint has more epochs than are asked for.
  case finished(epoch: Int, epochs: Int)
  /// A patience without pairs held out.
  case nothingHeldOut(pairs: Int, fraction: Double)

  var description: String {
    switch self {
    case .unused(let flag, let value, let instead):
      "\(flag) is \(value), but lsef-spectrum \(instead)."
    case .exampleFlag(let flag):
      "\(flag) is of the embedded example, but --data names other pairs; leave out one of the two."
    case .finished(let epoch, let epochs):
      "the checkpoint is at epoch \(epoch) and --epochs is \(epochs); give a larger --epochs to go on."
    case .nothingHeldOut(let pairs, let fraction):
      "--patience watches the pairs held out, but \(fraction) of \(pairs) pairs is none; "
        + "give a larger --validation-fraction, or leave out --patience."
    }
  }
}
