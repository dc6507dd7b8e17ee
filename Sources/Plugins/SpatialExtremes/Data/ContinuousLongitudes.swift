/// Longitudes made continuous across the date line, so that differences and means are meaningful.
///
///     continuousLongitudes([179.99, -179.99])  // [179.99, 180.01]
///
/// The circle is cut at the widest gap between neighbours: unless that is the one across the date line, 360 is added to the
/// longitudes west of it.
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
