import Tables

extension StationFilter {
  /// Refuses identifiers that no station has: left out, they would be missed without a word.
  ///
  /// - Throws: `DataError` with each of them, and the most similar identifier where there is one.
  func requireKnown(in list: StationList) throws(DataError) {
    let unknown = (ids ?? []).filter { list.index(of: $0) == nil }.sorted()
    guard !unknown.isEmpty else { return }
    let known = list.stations.map(\.id)
    let names = unknown.map { id in
      closestName(to: id, among: known).map { "\"\(id)\" (did you mean \"\($0)\"?)" } ?? "\"\(id)\""
    }
    throw DataError(
      flag: "--only-stations", file: list.file,
      found: "there is no station \(names.joined(separator: ", "))",
      remedy: "leave out what is not there")
  }
}
