/// The choices of a user and the requirements of a model about how maxima at stations are read.
public struct ReadingOptions: Sendable, Equatable {
  /// The column of `gmst.csv` to use; nil for the first of `defaultCovariateColumns` that is there,
  /// or else the only column beside the year.
  public var covariateColumn: String?

  /// The first year to use; nil for no limit.
  public var firstYear: Int?

  /// The last year to use; nil for no limit.
  public var lastYear: Int?

  /// The data that the model requires.
  public var requirements: DataRequirements

  /// The given choices; those that are nil are left to the data.
  public init(
    covariateColumn: String? = nil, firstYear: Int? = nil, lastYear: Int? = nil,
    requirements: DataRequirements = DataRequirements()
  ) {
    self.covariateColumn = covariateColumn
    self.firstYear = firstYear
    self.lastYear = lastYear
    self.requirements = requirements
  }

  /// The columns taken for the warming when none is named, in this order: warming above the
  /// pre-industrial level first, since it is what scenarios are stated in; then HadCRUT5 before
  /// GISTEMP, which begins thirty years later.
  public static let defaultCovariateColumns = [
    "gmst", "hadcrut5_anom_1850_1900_c", "hadcrut5_anom_1961_1990_c", "gistemp_anom_1951_1980_c",
  ]

  func includes(_ year: Int) -> Bool {
    year >= firstYear ?? .min && year <= lastYear ?? .max
  }
}
