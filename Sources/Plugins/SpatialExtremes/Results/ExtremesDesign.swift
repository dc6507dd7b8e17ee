import ArgumentParser
import PPL
import Plugins

/// The flags of `ppl calibrate` that choose the size of simulated data: the first stations and the last years of the data.
public struct ExtremesDesign: ParsableArguments, Sendable {
  /// `--stations`: the number of stations; all if nil.
  @Option(
    parsing: .unconditional,
    help: "How many stations the simulated data have, the first of the data; all if not given.")
  public var stations: Int?
  /// `--years`: the number of years; all if nil.
  @Option(
    parsing: .unconditional,
    help: "How many years the simulated data have, the last of the data; all if not given.")
  public var years: Int?

  /// The flags before the command line is read.
  public init() {}
}

extension ExtremesDataset {
  /// The first stations and the last years, as own data.
  ///
  /// - Throws: `InferenceOptionError` for more than there are, or fewer than the model needs.
  func reduced(
    to design: ExtremesDesign, _ requirements: DataRequirements
  ) throws(InferenceOptionError) -> ExtremesDataset {
    func count(_ flag: String, _ number: Int?, _ all: Int, least: Int) throws(InferenceOptionError)
      -> Int
    {
      guard let number else { return all }
      guard number >= least, number <= all else {
        throw InferenceOptionError(
          "\(flag) is \(number), but must be from \(least), which the model needs, to \(all), as many as the data have."
        )
      }
      return number
    }
    let (all, T) = (data.stations.count, data.years.count)
    let stations = try count(
      "--stations", design.stations, all, least: requirements.minimumStations)
    let years = try count("--years", design.years, T, least: requirements.minimumYears)
    var kept = StationMaxima(
      stations: Array(data.stations.prefix(stations)), years: data.years.suffix(years),
      covariate: data.covariate.suffix(years),
      maxima: (0..<stations).flatMap { data.maxima[($0 * T + T - years)..<($0 * T + T)] })
    kept.yearColumns = data.yearColumns.mapValues { Array($0.suffix(years)) }
    kept.otherYears = data.otherYears
    for index in 0..<(T - years) { kept.otherYears[data.years[index]] = data.climate(index).values }
    return ExtremesDataset(data: kept, hasCopula: hasCopula)
  }
}
