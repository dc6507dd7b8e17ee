/// The backend of a fit without `--backend`: that of the model, for its example or for own data.
struct DefaultBackend: Sendable, Equatable {
  /// The names of the defaults for the embedded example and for own data.
  let ofExample, ofOwnData: String

  /// The defaults of a model.
  init(of model: some FittableModel) {
    ofExample = model.defaultBackend(hasOwnData: false)
    ofOwnData = model.defaultBackend(hasOwnData: true)
  }

  /// The defaults of a model that is fitted to simulated data, which are own data whatever their design is from.
  init(ofSimulatedData model: some FittableModel) {
    ofOwnData = model.defaultBackend(hasOwnData: true)
    ofExample = ofOwnData
  }

  /// The defaults of models that state none.
  init() { (ofExample, ofOwnData) = ("svi", "nuts") }

  /// The name of the default for a command line.
  func name(_ arguments: [String]) -> String {
    value(of: "--data", in: arguments) == nil ? ofExample : ofOwnData
  }

  /// The rule in words, for `--help`.
  var rule: String {
    ofExample == ofOwnData
      ? "\(ofExample) if not given"
      : "if not given, \(ofOwnData) for own data (--data) and \(ofExample) for the embedded example"
  }
}
