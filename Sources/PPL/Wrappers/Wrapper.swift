/// A law that only rearranges another one: copies it, or counts its batch as an event.
protocol Wrapper: Distribution {
  /// The law inside.
  var wrapped: any Distribution { get }
  /// The same arrangement of another law.
  func rewrapped(_ law: any Distribution) -> any Distribution
}

extension Expanded: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ law: any Distribution) -> any Distribution { law.expanded(to: batchShape) }
}

extension Independent: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ law: any Distribution) -> any Distribution {
    law.expanded(to: base.batchShape).toEvent(rank)
  }
}

extension Masked: Wrapper {
  var wrapped: any Distribution { base }
  func rewrapped(_ law: any Distribution) -> any Distribution { law.masked(by: mask) }
}

extension Distribution {
  /// The law inside all wrappers.
  var innermost: any Distribution { (self as? any Wrapper)?.wrapped.innermost ?? self }

  /// Another law in the wrappers of this one.
  func rewrapping(_ law: any Distribution) -> any Distribution {
    guard let wrapper = self as? any Wrapper else { return law }
    return wrapper.rewrapped(wrapper.wrapped.rewrapping(law))
  }
}
