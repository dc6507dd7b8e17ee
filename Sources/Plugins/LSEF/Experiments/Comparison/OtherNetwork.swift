import Plugins
import SpectrumEstimator

/// The error of a network that was trained for another domain or other bands.
struct OtherNetwork: PluginError, Equatable {
  let folder: String
  let reason: EstimatorError
  /// The preset of `ppl fit lsef-spectrum` that makes a network of the right kind, and the name of the domain.
  var preset = "cycle"
  var domain = "circle"

  var description: String {
    "--network \(folder): \(reason) Train one for this \(domain) by `ppl fit lsef-spectrum --preset \(preset) --output \(folder)`."
  }
}

/// The error of a network that was trained with another filter bank.
struct OtherBank: PluginError, Equatable {
  let folder: String
  /// What differs from the published bank, in the training and by the flags; empty where nothing does.
  let trained, given: String

  var description: String {
    let names = [trained, given].map { $0.isEmpty ? "the published filter bank" : $0 }
    return "--network \(folder) was trained with \(names[0]), but the flags give \(names[1]); "
      + "give --bands, --band-exponent and --band-set as in its training, or train another by `ppl fit lsef-spectrum`."
  }
}
