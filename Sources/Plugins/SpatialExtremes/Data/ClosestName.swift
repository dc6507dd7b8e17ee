/// The name that a misspelt one was most likely meant to be, nil if none is near.
///
/// Near is a name that differs in case, in leading zeros (which spreadsheets remove), or by an edit
/// distance of at most a third of its length.
func closestName(to name: String, among names: [String]) -> String? {
  let plain = name.lowercased().drop { $0 == "0" }
  if let same = names.first(where: { $0.lowercased().drop { $0 == "0" } == plain }) { return same }
  let distances = names.map { (name: $0, distance: editDistance(name, $0)) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return 3 * nearest.distance <= max(name.count, nearest.name.count) ? nearest.name : nil
}

/// The least number of letters to insert, remove or replace.
///
/// - Complexity: O(*NM*) time, O(*M*) memory.
/// - Reference: Wagner & Fischer (1974), *The string-to-string correction problem*, J. ACM 21.
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
