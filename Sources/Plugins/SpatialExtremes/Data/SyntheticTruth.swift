import SpainSynthetic
import Tables

/// The true parameters of the embedded data, as parameters of a model of some of their years.
///
///     location = mu0* + mu*(s) + beta*(s) d*(t)                   as drawn
///              = mu0 + mu(s) + beta(s) (d*(t) - mean of d*)       in a model
///
/// A model centres the covariate over its years, and the field mu(s) over the stations: `mu0` is the mean over the stations of
/// the location at the mean covariate, and `mu(s)` the deviation from it.
struct SyntheticTruth {
  let mu0, beta0: Double
  /// The fields by station, °C and °C per °C.
  let muField, betaField: [Double]

  init(years: [Int]) throws {
    let drawn = try CSVTable(parsing: SpainSynthetic.truth, file: "truth.csv")
    let mu = try drawn.numbers("mu_truth")
    betaField = try drawn.numbers("beta_truth")
    let warming = try Self.meanWarming(years)

    let middle = zip(mu, betaField).map { SpainSynthetic.mu0 + $0 + $1 * warming }
    let mean = Self.mean(middle)
    mu0 = mean
    muField = middle.map { $0 - mean }
    beta0 = Self.mean(betaField)
  }

  /// The value of a parameter: its mean over the stations.
  func value(of quantity: GEVQuantity) -> Double {
    switch quantity {
    case .location: mu0
    case .rate: beta0
    case .scale: SpainSynthetic.sigma
    case .shape: SpainSynthetic.xi
    }
  }

  /// The field of a parameter by station; nil for one that is the same at all stations.
  func field(of quantity: GEVQuantity) -> [Double]? {
    switch quantity {
    case .location: muField
    case .rate: betaField
    case .scale, .shape: nil
    }
  }

  /// The mean of the true covariate over these years.
  private static func meanWarming(_ years: [Int]) throws -> Double {
    let table = try CSVTable(parsing: SpainSynthetic.gmst, file: "gmst.csv")
    let byYear = Dictionary(
      uniqueKeysWithValues: zip(try table.numbers("year"), try table.numbers("d")))
    return mean(years.compactMap { byYear[Double($0)] })
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}

extension CSVTable {
  fileprivate func numbers(_ name: String) throws(DataError) -> [Double] {
    let column = try requireColumn(name)
    var numbers: [Double] = []
    for row in rows { numbers.append(try double(row, column)) }
    return numbers
  }
}
