/// The options for reading maxima at stations: the user's choices and the model's requirements.
public struct ReadingOptions: Sendable, Equatable {
  /// The column of `gmst.csv` to use; nil for the first existing one of `defaultCovariateColumns`,
  /// or otherwise the only column apart from the year.
  public var covariateColumn: String?

  /// The first year to use; nil for no limit.
  public var firstYear: Int?

  /// The last year to use; nil for no limit.
  public var lastYear: Int?

  /// The number of years of the running mean of the covariate, odd; 1 for the covariate as it is.
  public var smoothing: Int

  /// The column, element or variable of the values; nil for a known name, or the only candidate.
  public var valueColumn: String?
  /// The rule by which daily values become maxima; the parts that are nil are those of `BlockRule`.
  public var block: Block?
  /// The least share of the days of a block that have a value; nil for 0.9.
  public var coverage: Double?
  /// Whether minima are taken of daily values.
  public var minima = false
  /// The stations that are kept.
  public var filter = StationFilter()
  /// The unit that a reader has found in the file; nil where it states none.
  var fileUnit: String?
  /// Whether a reader has made the maxima of daily values.
  var isOfDays = false
  /// The last method over time of values of years, as "mean"; nil where the file states none.
  var cellMethod: String?
  /// The unit that values are converted to; nil for that of the file.
  public var convertTo: ValueUnit?

  /// The rule by which daily values become maxima.
  public var blockRule: BlockRule {
    BlockRule(block: block ?? .year, coverage: coverage ?? BlockRule().coverage, minima: minima)
  }

  /// The data that the model requires.
  public var requirements: DataRequirements

  /// Options with these choices; those that are nil are determined from the data.
  public init(
    covariateColumn: String? = nil, firstYear: Int? = nil, lastYear: Int? = nil,
    smoothing: Int = 1, requirements: DataRequirements = DataRequirements()
  ) {
    (self.covariateColumn, self.requirements) = (covariateColumn, requirements)
    (self.firstYear, self.lastYear, self.smoothing) = (firstYear, lastYear, smoothing)
  }

  /// The default columns of the covariate, in order of preference: warming above the
  /// pre-industrial level first, as in scenarios; then HadCRUT5 before GISTEMP, which begins
  /// thirty years later.
  public static let defaultCovariateColumns = [
    "gmst", "hadcrut5_anom_1850_1900_c", "hadcrut5_anom_1961_1990_c", "gistemp_anom_1951_1980_c",
  ]

  func includes(_ year: Int) -> Bool {
    year >= firstYear ?? .min && year <= lastYear ?? .max
  }
}
