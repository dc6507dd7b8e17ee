import NetCDF
import Tables

extension DataError {
  /// The error of a NetCDF file as one of data, which names the variable.
  public init(_ error: NetCDFError) {
    let place = error.variable.map { "variable \"\($0)\": " } ?? ""
    self.init(file: error.file, found: place + error.found, remedy: error.remedy)
  }
}
