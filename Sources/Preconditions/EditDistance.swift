/// The edit (Levenshtein) distance: the number of letters to insert, delete or change to turn one word into the other.
///
/// It serves for "did you mean": the names closest to one that does not exist.
///
/// - Complexity: O(*NM*) time, O(*M*) memory for words of *N* and *M* letters.
/// - Reference: Wagner & Fischer (1974), *The String-to-String Correction Problem*.
public func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let change = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = Swift.min(change, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
