/// The handler of a plate: sites inside fill its dimension, and a subsample counts for the whole.
struct Plate: Handler {
  let name: String
  let size: Int
  let dim: Int
  let indices: PlateIndices

  var frame: PlateFrame {
    PlateFrame(name: name, size: size, subsampleSize: indices.count, dim: dim)
  }

  mutating func process(_ site: inout Site) {
    if site.kind == .randomKey || site.configuration.ignoredPlates.contains(name) { return }
    site.plates.append(frame)
    if site.isStochastic { expand(&site) }
    if site.kind != .deterministic && indices.count != size {
      let weight = Tensor(Double(size) / Double(indices.count))
      site.scale = site.scale.map { $0 * weight } ?? weight
    }
  }

  private func expand(_ site: inout Site) {
    guard let distribution = site.distribution else { return }
    let batch = distribution.batchShape
    let own = batch.count >= -dim ? batch[batch.count + dim] : 1
    let depth = site.plates.map { -$0.dim }.max() ?? 0
    var plates = [Int](repeating: 1, count: depth)
    for frame in site.plates { plates[depth + frame.dim] = frame.subsampleSize }

    guard own == 1 || own == indices.count, let shape = broadcastShapes([batch, plates]) else {
      site.fail(.plateSize(site: site.name, batch: batch, plate: frame))
      return
    }
    site.distribution = distribution.expanded(to: shape)
  }
}
