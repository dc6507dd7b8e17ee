/// The rows of a table as lines of aligned columns: the first begins at the left edge, the others end at their right edges.
///
/// - Parameters:
///   - rows: The cells, as many in each row.
///   - gap: The number of spaces before each column but the first, at least.
///   - width: The width of each column but the first with that space, at least.
func alignedLines(_ rows: [[String]], gap: Int, width: Int = 0) -> String {
  let columns = rows.first?.count ?? 0
  let longest = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    row.indices.map { column in
      func blanks(_ width: Int) -> String {
        String(repeating: " ", count: width - row[column].count)
      }
      return column == 0
        ? row[0] + blanks(longest[0])
        : blanks(max(width, longest[column] + gap)) + row[column]
    }.joined()
  }.joined(separator: "\n")
}
