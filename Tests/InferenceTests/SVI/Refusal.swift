import Inference
import PPL

/// The reason why a fit is refused before its first step; nil if it is not.
func refusal(_ model: Model<Void>, _ guide: some Guide) -> String? {
  do {
    _ = try SVI(model, guide: guide, optimizer: Adam(learningRate: 0.1))
      .initialState(key: RandomKey(0))
    return nil
  } catch {
    return "\(error)"
  }
}
