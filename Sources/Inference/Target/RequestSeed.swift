import PPL

/// The handler that gives keys to `Context.randomKey` only.
///
/// A site without a value gets no key, so that the run fails with its name instead of drawing it.
struct RequestSeed: Handler {
  private var carry: RandomKey

  init(_ key: RandomKey) { carry = key }

  mutating func process(_ site: inout Site) {
    guard site.kind == .randomKey, site.key == nil else { return }
    let (next, key) = carry.split()
    (carry, site.key) = (next, key)
  }
}
