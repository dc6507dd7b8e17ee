import PPL

/// The most likely intended name for a misspelt one; nil if none is near.
///
/// A name is near if it differs in case, in leading zeros (which spreadsheets remove), or by an edit
/// distance of at most a third of its length.
func closestName(to name: String, among names: [String]) -> String? {
  let plain = name.lowercased().drop { $0 == "0" }
  if let same = names.first(where: { $0.lowercased().drop { $0 == "0" } == plain }) { return same }
  let distances = names.map { (name: $0, distance: editDistance(name, $0)) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return 3 * nearest.distance <= max(name.count, nearest.name.count) ? nearest.name : nil
}
