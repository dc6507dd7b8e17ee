// Tables: reading and writing comma-separated text, with errors that name file, line, column and remedy.
//
// - `CSVTable.swift`: a table that was read, its cells by type; `CSVParser.swift`: records by RFC 4180.
// - `CSVWriter.swift`: text that reads back to the same values.
// - `DataError.swift`: the error of everything that is read.
//
// Only Foundation and `Preconditions` are imported: a library of models that reads its data with this module links
// neither an argument parser nor OpenSSL (`Tests/links.sh`).
