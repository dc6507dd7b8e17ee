extension DataCheck {
  /// Files that seem to end in the middle of their last line.
  ///
  /// Such a file has no line break at its end, like many complete files, and its last cell is shorter than all others of its
  /// column. A last line with too few cells is an error of the table.
  @Sendable static func cutFiles(_ data: CheckedData) -> [DataFinding] {
    data.tables.compactMap { table in
      guard !table.endsInLineBreak, table.rows.count > 3, let last = table.rows.last,
        let column = table.header.last
      else { return nil }
      let text = table.text(last, column)
      let others = table.rows.dropLast().map { table.text($0, column).count }
      guard let shortest = others.min(), text.count < shortest else { return nil }
      return DataFinding(
        .cutFile, file: table.file, line: table.line(ofRow: last), column: column.name,
        found: "the file ends without a line break after \"\(text)\", which is shorter than every "
          + "other cell of its column, as if it were cut off",
        remedy: "see that the file is whole, and end it with a line break")
    }
  }

  /// Columns that were used because they are the only candidates.
  @Sendable static func guessedColumns(_ data: CheckedData) -> [DataFinding] {
    var findings: [DataFinding] = []
    if data.covariate.isGuessed {
      findings.append(
        DataFinding(
          .guessedColumn, file: data.covariate.file, column: data.covariate.column,
          found: "the column is taken for the GMST anomaly, being the only one beside the year",
          remedy: "call it \"gmst\", or name it with --gmst-column"))
    }
    if data.maxima.valueColumnIsGuessed, let column = data.maxima.valueColumn {
      findings.append(
        DataFinding(
          .guessedColumn, file: data.maxima.file, column: column,
          found: "the column is taken for the maxima, being the only one that can hold them",
          remedy: "call it \"tmax\""))
    }
    return findings
  }
}
