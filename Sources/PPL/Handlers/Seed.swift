/// Gives a random key to every site that will need one.
///
/// It holds a key, and splits it for each `sample` without a value, each subsampled `plate` and
/// each `randomKey`: `(carry, key) = split(carry)`. It does so even where a handler further out
/// gives the value afterwards; a site that has its value already, such as an observed one, takes
/// none. These are NumPyro's rules.
public struct Seed: Handler {
  /// The key that the next site's key is split from.
  public private(set) var carry: RandomKey

  /// Begins with `key`.
  public init(_ key: RandomKey) { carry = key }

  public mutating func process(_ site: inout Site) {
    guard [.sample, .plate, .randomKey].contains(site.kind), site.key == nil, site.value == nil
    else { return }
    let (next, key) = carry.split()
    (carry, site.key) = (next, key)
  }
}
