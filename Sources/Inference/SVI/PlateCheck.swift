import PPL

/// A check for sites outside a subsampled plate that use its rows.
///
/// Only inside its plate is the log density of a minibatch scaled to that of all data, by the factor
/// `size / subsampleSize`.
struct PlateCheck {
  let guide: Trace
  let model: Trace

  /// Checks that latent sites are in the same subsampled plates in guide and model.
  ///
  /// - Throws: `InferenceError.missingPlate`.
  func checkLatentSites() throws {
    for site in model.latent {
      guard let other = guide[site.name] else { continue }
      if let plate = subsampled(site).first(where: { !subsampled(other).contains($0) }) {
        throw InferenceError.missingPlate(site.name, plate: plate, in: "guide")
      }
      if let plate = subsampled(other).first(where: { !subsampled(site).contains($0) }) {
        throw InferenceError.missingPlate(site.name, plate: plate, in: "model")
      }
    }
  }

  /// Checks that the data of an observed site outside a subsampled plate do not change with its rows, unless the model
  /// weighs the site itself.
  ///
  /// - Parameter run: Runs the model at the same values, with other rows in a plate.
  /// - Throws: `InferenceError.minibatchOutsidePlate`; what `run` throws.
  func checkObservedSites(_ run: (_ rows: [String: Tensor]) throws -> Trace) throws {
    for plate in model where plate.isSubsampledPlate {
      guard let rows = plate.value, let size = plate.plateSize?.full else { continue }
      let suspects = model.filter { site in
        site.kind == .sample && site.isObserved && site.scale == nil
          && !subsampled(site).contains(plate.name)
      }
      if suspects.isEmpty { continue }
      let next = rows + 1
      let others = try run([plate.name: select(next .< Tensor(Double(size)), next, 0)])
      for site in suspects where !areSame(others[site.name]?.value, site.value) {
        throw InferenceError.minibatchOutsidePlate(
          site.name, batch: site.distribution?.batchShape ?? [], plate: plate.name)
      }
    }
  }

  /// Whether the data are the same; missing values count as equal.
  private func areSame(_ one: Tensor?, _ other: Tensor?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.shape == other.shape
      && zip(one.scalars, other.scalars).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
  }

  private func subsampled(_ site: Site) -> [String] {
    site.plates.filter { $0.subsampleSize < $0.size }.map(\.name)
  }
}
