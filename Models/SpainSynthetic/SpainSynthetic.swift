/// Forty synthetic stations over Spain, 1985-2024, with the truth they were drawn from: the files of this folder, held
/// in the program so that it has data wherever it runs.
///
/// See `README.md` beside this file for how they were made.
public enum SpainSynthetic {
  /// `station, lon, lat, elevation_m`.
  public static var stations: String { text(PackageResources.stations_csv) }
  /// `year, gmst, d`.
  public static var gmst: String { text(PackageResources.gmst_csv) }
  /// A row a station, a column a year; °C.
  public static var maxima: String { text(PackageResources.maxima_csv) }
  /// `station, mu_truth, beta_truth`: the fields, not centred.
  public static var truth: String { text(PackageResources.truth_csv) }

  /// The parameters that the maxima were drawn with.
  public static let mu0 = 35.0
  public static let sigma = 1.8
  public static let xi = 0.12

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
