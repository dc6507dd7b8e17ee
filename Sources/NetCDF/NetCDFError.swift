/// An error of a NetCDF file: its place, what was found there, and the remedy.
///
///     maxima.nc, variable "txx": it is not in the file; name one of lat, lon, tmax.
public struct NetCDFError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file, by its path as it was given.
  public var file: String

  /// The variable, by its path in the file, such as "posterior/mu0"; nil where the file is at fault.
  public var variable: String?

  /// The fault at that place, as the first half of a sentence.
  public var found: String

  /// The remedy, as the second half of the sentence, without a full stop.
  public var remedy: String

  /// An error at a place of a file.
  public init(file: String, variable: String? = nil, found: String, remedy: String) {
    self.file = file
    self.variable = variable
    self.found = found
    self.remedy = remedy
  }

  public var description: String {
    let place = variable.map { "\(file), variable \"\($0)\"" } ?? file
    return "\(place): \(found); \(remedy)."
  }
}
