import PPL

/// The layout of named parameters in one flat vector of unconstrained numbers.
struct ParameterLayout: Sendable {
  struct Entry: Sendable {
    let name: String
    /// The shape in unconstrained space.
    let shape: [Int]
    let transform: any Transform
    let range: Range<Int>
  }

  let entries: [Entry]
  /// The starting values.
  let start: [Double]

  /// The layout of `parameter` sites, in their order.
  init(_ sites: [Site]) {
    var entries: [Entry] = []
    var start: [Double] = []
    for site in sites {
      guard let value = site.value else { continue }
      let transform = biject(to: site.constraint)
      let x = transform.inverse(value)
      let range = start.count..<(start.count + x.count)
      entries.append(Entry(name: site.name, shape: x.shape, transform: transform, range: range))
      start += x.scalars
    }
    (self.entries, self.start) = (entries, start)
  }

  var count: Int { start.count }

  func unconstrained(_ flat: [Double]) -> [String: Tensor] { named(split(Tensor(flat))) }

  /// The values on the supports, from one unconstrained tensor for each entry.
  func constrained(_ values: [Tensor]) -> [String: Tensor] {
    named(zip(entries, values).map { $0.transform($1) })
  }

  func constrained(_ flat: [Double]) -> [String: Tensor] { constrained(split(Tensor(flat))) }

  /// The tensors of all entries, from a flat one.
  func split(_ flat: Tensor) -> [Tensor] {
    entries.map { flat[.range($0.range)].reshaped(to: $0.shape) }
  }

  /// The flat vector `[P]` with the names of its parts, for an optimizer.
  func vector(_ flat: Tensor) -> ParameterVector {
    ParameterVector(parts: entries.map { .init(name: $0.name, range: $0.range) }, values: flat)
  }

  /// The entry that holds element `index` of the flat vector.
  func name(at index: Int) -> String {
    entries.first { $0.range.contains(index) }?.name ?? "?"
  }

  private func named(_ values: [Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(entries.map(\.name), values))
  }
}
