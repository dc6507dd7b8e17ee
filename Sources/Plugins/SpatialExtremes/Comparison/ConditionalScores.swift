import Distributions
import Inference
import PPL
import Parallel

/// The normal score of each maximum given those of the other stations of its year, by a Gaussian copula.
///
///     z_i | z_-i ~ Normal(z_i - (Q z)_i / Q_ii, 1 / Q_ii),    Q = R⁻¹,    z = Φ⁻¹(F(y))
///
/// Of a year with missing maxima R is that of the stations that are present. F(y) is clamped as in `GaussianCopula`.
///
/// - Reference: Rue and Held (2005), *Gaussian Markov Random Fields*, theorem 2.3.
struct ConditionalScores: Sendable {
  /// The mean and the standard deviation of a score for each draw.
  struct Condition: Sendable {
    let mean, deviation: Tensor
  }

  /// By draw, row-major in `[S, T]`; 0 and 1 where a maximum is missing.
  private let means, deviations: [[Double]]

  /// The scores of some data.
  ///
  /// - Parameters:
  ///   - copula: The copula.
  ///   - draws: Draws of its sites, *D* of each.
  ///   - years: The distributions of each year, whose batches broadcast to `[D, S]`.
  ///   - data: The maxima, `[S, T]`, and the places.
  ///   - pool: The threads.
  /// - Complexity: O(*D* (*S*³ + *S*² *T*)) for each set of stations that is present in some year.
  init(
    _ copula: GaussianCopula, _ draws: Draws, _ years: [GEV], _ data: StationTensors,
    pool: WorkPool
  ) throws {
    let (D, S, T) = (draws.count, data.stationCount, years.count)
    let patterns = GapPattern.patterns(data.mask ?? .full(1, [S, T]))
    let maxima = data.maxima.transposed()
    let scores = (0..<T).map { year in
      GaussianCopula.normalScores(years[year].cdf(maxima[.at(year)])).broadcast(to: [D, S]).scalars
    }
    let parts = try pool.mapParts(of: D) { range in
      range.map { draw in
        var mean = Array(repeating: 0.0, count: S * T)
        var deviation = Array(repeating: 1.0, count: S * T)
        for pattern in patterns where !pattern.present.isEmpty {
          let stations = Tensor(pattern.present.map(Double.init))
          let R = copula.correlation(
            draws, draw, at: data.coordinates.taking(indices: stations, along: 0))
          let inverse = triangularSolve(cholesky(R), .identity(pattern.present.count))
          let Q = matmul(inverse.transposed(), inverse)
          let z = Tensor(
            rows: pattern.years.map { year in pattern.present.map { scores[year][draw * S + $0] } })
          let slopes = matmul(z, Q).scalars  // [years, stations]
          let precision = Q.diagonal().scalars
          for (row, year) in pattern.years.enumerated() {
            for (column, station) in pattern.present.enumerated() {
              let slope = slopes[row * pattern.present.count + column]
              let place = station * T + year
              mean[place] = scores[year][draw * S + station] - slope / precision[column]
              deviation[place] = 1 / precision[column].squareRoot()
            }
          }
        }
        return (mean, deviation)
      }
    }.flatMap(\.self)
    (means, deviations) = (parts.map(\.0), parts.map(\.1))
  }

  /// The condition of the maximum at a place in `[S, T]`, `[D]`.
  func condition(_ place: Int) -> Condition {
    Condition(
      mean: Tensor(means.map { $0[place] }), deviation: Tensor(deviations.map { $0[place] }))
  }
}
