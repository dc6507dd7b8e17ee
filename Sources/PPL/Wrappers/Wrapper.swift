/// A wrapper: a distribution that copies another one or counts its batch as an event.
protocol Wrapper: Distribution {
  /// The distribution inside.
  var wrapped: any Distribution { get }
  /// The same wrapper around another distribution.
  func rewrapped(_ distribution: any Distribution) -> any Distribution
}

extension Expanded: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ distribution: any Distribution) -> any Distribution {
    distribution.expanded(to: batchShape)
  }
}

extension Independent: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ distribution: any Distribution) -> any Distribution {
    distribution.expanded(to: base.batchShape).toEvent(rank)
  }
}

extension Masked: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ distribution: any Distribution) -> any Distribution {
    distribution.masked(by: mask)
  }
}

extension Distribution {
  /// The distribution inside all wrappers.
  var innermost: any Distribution { (self as? any Wrapper)?.wrapped.innermost ?? self }

  /// Another distribution in the wrappers of this one.
  func rewrapping(_ distribution: any Distribution) -> any Distribution {
    guard let wrapper = self as? any Wrapper else { return distribution }
    return wrapper.rewrapped(wrapper.wrapped.rewrapping(distribution))
  }
}
