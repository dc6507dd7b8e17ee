/// The handler that gives a random key to every site that needs one.
///
/// It holds a key, and splits it for each `sample` without a value, each subsampled `plate` and each `randomKey`:
/// `(carry, key) = split(carry)`. It does so even where a handler further out gives the value later; a site that
/// already has its value, such as an observed one, takes no key. These are NumPyro's rules.
public struct Seed: Handler {
  /// The key from which that of the next site is split.
  public private(set) var carry: RandomKey

  /// Starts with the key `key`.
  public init(_ key: RandomKey) { carry = key }

  public mutating func process(_ site: inout Site) {
    guard [.sample, .plate, .randomKey].contains(site.kind), site.key == nil, site.value == nil
    else { return }
    let (next, key) = carry.split()
    (carry, site.key) = (next, key)
  }
}
