import PPL

/// The random keys of a step and its particles, in the order of NumPyro's `SVI.update` and `Trace_ELBO`.
///
///     (next state, step) = split(state)
///     particles          = split(step, K); a single one uses the key of the step itself
///     (model, guide)     = split(particle)
///     shards             = split(foldIn(particle, 1), S)
enum ParticleKeys {
  /// The key of the next state and that of the step, from the words of a state's key.
  static func nextAndStep(_ state: Tensor) -> (next: RandomKey, step: RandomKey) {
    RandomKey(words: state).split()
  }

  /// The key of each of K particles, from that of the step.
  static func particles(_ count: Int, of step: RandomKey) -> [RandomKey] {
    count == 1 ? [step] : step.split(count)
  }

  /// The seeds of the model and the guide, from the key of a particle.
  static func modelAndGuide(_ particle: RandomKey) -> (model: RandomKey, guide: RandomKey) {
    particle.split()
  }

  /// The key of each of S shards, from that of a particle.
  static func shards(_ count: Int, of particle: RandomKey) -> [RandomKey] {
    particle.foldIn(1).split(count)
  }
}
