import Foundation
import Preconditions

/// The data that a model of extremes requires: stations, years, covariates and units.
public struct DataRequirements: Sendable, Equatable {
  /// A covariate by year that a model may require.
  public enum Covariate: String, Sendable, CaseIterable {
    /// The anomaly of global mean surface temperature, °C; it must not be the same in all years.
    case gmst
  }

  /// The least number of stations with a maximum.
  public var minimumStations: Int
  /// The least number of years in which a station has a maximum and the covariate is known.
  public var minimumYears: Int
  /// The covariates that the distribution of the maxima depends on.
  public var covariates: Set<Covariate>
  /// The further columns of `stations.csv` and `gmst.csv` that the distribution depends on.
  public var columns: Set<String>
  /// The unit of the maxima, for reports, where neither a flag nor the data state it.
  public var unit: String
  /// The unit that a flag states; nil for that of the data.
  public var statedUnit: String?
  /// The values that are read beyond the maxima; nil for none.
  public var blocks: BlockReading?
  /// Whether two stations must not share a place, as for a field without independent variation at each of them.
  public var placesDiffer = true

  /// Requirements; by default those of a model with spatial variation and change with global warming.
  public init(
    minimumStations: Int = 2, minimumYears: Int = 5, covariates: Set<Covariate> = [.gmst],
    columns: Set<String> = [], unit: String = "°C"
  ) {
    (self.minimumStations, self.minimumYears) = (minimumStations, minimumYears)
    (self.covariates, self.columns, self.unit) = (covariates, columns, unit)
  }
}

extension DataRequirements {
  /// The unit of some data: that of the flag, else that of the data, else that of the model.
  func unit(of data: StationMaxima) -> String {
    data.isConverted ? data.unit ?? unit : statedUnit ?? data.unit ?? unit
  }

  /// Whether `gmst.csv` of a folder is read: for global warming, or, where there is one, for other columns.
  func readsCovariates(in folder: URL) -> Bool {
    guard covariates.isEmpty else { return true }
    let file = folder.appending(path: "gmst.csv").path
    return !columns.isEmpty && FileManager.default.fileExists(atPath: file)
  }

  /// The data that `--data` takes, a paragraph for `ppl describe`.
  var dataNeeded: String {
    """
    Data: files and folders with yearly maxima or daily values of stations, told apart by their content: tables (CSV), CF
    NetCDF, GHCN-Daily and ECA&D, as Documentation/Data.md has them with a command for each. The plainest is a folder with
    three tables, of which other columns are passed over:
      stations.csv  station (or station_id), lon, lat (or lon_deg, lat_deg), degrees; elevation_m, name if known
      gmst.csv      year and the anomaly of global mean surface temperature, °C (gmst, or --gmst-column)
      maxima.csv    long: station, year, tmax; or wide: year and a column a station; or station and a column a year
    Cells that are empty, NA or nan are missing and do not count. At least \(counted(minimumStations, "station")) and \
    \(counted(minimumYears, "year")).
    Data that cannot be right end the fit before it starts; --allow CHECK keeps what a real record may look like.
    """
  }
}
