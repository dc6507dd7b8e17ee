/// Longitudes of which the plain differences and means make sense: the circle is cut where it is emptiest.
///
///     continuousLongitudes([179.99, -179.99])  // [179.99, 180.01]
///
/// Where the widest gap between neighbours on the circle is the one across the date line, the numbers stay as they are;
/// else 360 is added to those west of that gap.
///
/// - Parameter degrees: Degrees east, -180 to 180.
/// - Complexity: O(*S* log *S*).
func continuousLongitudes(_ degrees: [Double]) -> [Double] {
  let sorted = degrees.sorted()
  guard let west = sorted.first, let east = sorted.last else { return [] }
  let gaps = zip(sorted, sorted.dropFirst()).map { (width: $1 - $0, end: $1) }
  guard let widest = gaps.max(by: { $0.width < $1.width }), widest.width > west + 360 - east else {
    return degrees
  }
  return degrees.map { $0 < widest.end ? $0 + 360 : $0 }
}
