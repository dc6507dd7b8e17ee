/// An error of `ppl predict` before the model is asked: a folder without a fit, or a model without predictions.
public struct PredictionError: PluginError, Equatable {
  /// The message of the error, a sentence.
  public let description: String

  /// An error with this message.
  public init(_ description: String) { self.description = description }
}
