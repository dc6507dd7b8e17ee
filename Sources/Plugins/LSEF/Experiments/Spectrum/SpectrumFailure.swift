import Plugins

/// An error in the flags of `lsef-spectrum`, before a fit begins.
enum SpectrumFailure: PluginError, Equatable {
  /// A flag of fits that does not apply to this way of fitting.
  case unused(flag: String, value: String, instead: String)
  /// A flag of the example together with data.
  case exampleFlag(String)
  /// A checkpoint with more epochs than requested.
  case finished(epoch: Int, epochs: Int)
  /// Early stopping without held-out pairs.
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
