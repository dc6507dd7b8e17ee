import Foundation
import PPL

/// The state of a sampler whose type is known to the sampler alone: of a block of `Gibbs`.
///
/// Read from a file it is data until the sampler takes it.
struct StoredState: Sendable, Codable {
  private enum Content: Sendable {
    case state(any SamplerState)
    case data(Data)
  }

  private var content: Content

  /// The state of a sampler before its first transition.
  static func initial<S: Sampler>(
    _ sampler: S, at point: [Double], of density: borrowing GradientEvaluator, _ warmup: Int,
    _ key: RandomKey
  ) throws -> StoredState {
    StoredState(
      content: .state(try sampler.initialState(at: point, of: density, warmup: warmup, key: key)))
  }

  private init(content: Content) { self.content = content }

  init(from decoder: any Decoder) throws {
    content = .data(try decoder.singleValueContainer().decode(Data.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch content {
    case .data(let data): try container.encode(data)
    // Binary, so that numbers that are not finite are kept too.
    case .state(let state):
      let writer = PropertyListEncoder()
      writer.outputFormat = .binary
      try container.encode(try writer.encode(state))
    }
  }

  /// Makes a transition of a density that has changed since the last one.
  ///
  /// - Throws: `DecodingError` for the stored state of another sampler; what the model throws.
  mutating func advance<S: BlockSampler>(
    _ sampler: S, of density: borrowing GradientEvaluator, _ key: RandomKey
  ) throws -> any SamplerState {
    var state = try taken(by: sampler)
    // The only owner, so that the state changes in place.
    content = .data(Data())
    try sampler.refresh(&state, of: density)
    try sampler.step(&state, of: density, key: key)
    content = .state(state)
    return state
  }

  private func taken<S: Sampler>(by sampler: S) throws -> S.State {
    switch content {
    case .data(let data): return try PropertyListDecoder().decode(S.State.self, from: data)
    case .state(let state):
      guard let own = state as? S.State else {
        throw DecodingError.typeMismatch(
          S.State.self,
          .init(codingPath: [], debugDescription: "the state is that of another sampler"))
      }
      return own
    }
  }
}
