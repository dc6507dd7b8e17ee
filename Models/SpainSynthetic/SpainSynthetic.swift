/// The synthetic data set of forty stations over Spain, 1985-2024, with its truth: the files of this folder, embedded in
/// the program.
///
/// `README.md` in this folder says how they were made.
public enum SpainSynthetic {
  /// The table of stations: `station, lon, lat, elevation_m`.
  public static var stations: String { text(PackageResources.stations_csv) }
  /// The table of the covariate: `year, gmst, d`; °C.
  public static var gmst: String { text(PackageResources.gmst_csv) }
  /// The annual maxima, a row for each station and a column for each year; °C.
  public static var maxima: String { text(PackageResources.maxima_csv) }
  /// The table of the true fields, not centred: `station, mu_truth, beta_truth`; °C, °C per °C.
  public static var truth: String { text(PackageResources.truth_csv) }

  /// The true mean location, in °C.
  public static let mu0 = 35.0
  /// The true scale, in °C.
  public static let sigma = 1.8
  /// The true shape, without units.
  public static let xi = 0.12

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
