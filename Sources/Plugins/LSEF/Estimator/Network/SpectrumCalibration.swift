import LinearAlgebra
import SpectralFields

/// The stated error of a spectrum network: quantiles of its errors on pairs that its training has not seen.
///
/// The errors hold for ensembles such as those of the training: of its size, and from spectra of its kind. All lengths and
/// spectra are relative, so that the statement has no unit.
public struct SpectrumCalibration: Sendable, Equatable, Codable {
  /// The 5 % and the 95 % quantile of an error.
  public struct Interval: Sendable, Equatable, Codable {
    /// The 5 % quantile of the error.
    public let low: Double
    /// The 95 % quantile of the error.
    public let high: Double

    /// An interval between two numbers.
    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }
  }

  /// The domain with the size of its grid, such as "sphere of 51 latitudes".
  public let domain: String
  /// The ensemble size N of the training.
  public let members: Int
  /// Whether fields on the sphere were interpolated, as by `FilterBank.bandVariances(of:on:interpolates:)`.
  public let interpolates: Bool
  /// The number of pairs.
  public let pairs: Int
  /// The errors sigma_l - |o_l| of spectral functions over the root of the total band variance, for each wavenumber, `[L + 1]`.
  public let roots: [Interval]
  /// The ratio of the true to the estimated standard deviation of the field.
  public let deviation: Interval
  /// The ratio of the true to the estimated length scale of the field.
  public let length: Interval
  /// The smallest and the largest share of each band in the total of the band variances, `[J]`.
  public let shares: [Interval]

  /// The errors of a network on pairs.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - pairs: Pairs that its training has not seen.
  ///   - domain: The domain of the fields.
  ///   - members: The ensemble size N of the pairs.
  ///   - interpolates: Whether their fields on the sphere were interpolated.
  /// - Throws: `EstimatorError.tooFewPairs` for fewer than 20 pairs, `noBandVariance` for a pair without variance, and as
  ///   `SpectrumNetwork.predict(_:)`.
  public init(
    of network: SpectrumNetwork, on pairs: SpectrumPairs, of domain: any HarmonicDomain,
    members: Int, interpolates: Bool
  ) throws(EstimatorError) {
    guard pairs.count >= 20 else { throw .tooFewPairs(pairs.count, needed: 20) }
    try pairs.checkFit(network.architecture)
    let architecture = network.architecture
    let totals = architecture.totals(pairs.bandVariances.scalars[...])
    if let pair = totals.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .noBandVariance(pair: pair)
    }
    let estimated = try network.predict(pairs.bandVariances)
    let (count, wavenumbers) = (pairs.count, architecture.spectrumCount)
    roots = (0..<wavenumbers).map { l in
      Self.interval(
        (0..<count).map {
          (pairs.spectra[$0, l].squareRoot() - estimated[$0, l].squareRoot())
            / totals[$0].squareRoot()
        })
    }
    let (truth, own) = (
      FieldScales(pairs.spectra, on: domain), FieldScales(estimated, on: domain)
    )
    deviation = Self.interval(
      zip(truth.variances, own.variances).map { ($0 / $1).squareRoot() })
    length = Self.interval(zip(truth.lengths, own.lengths).map { $0 / $1 })
    shares = (0..<architecture.bandCount).map { j in
      let own = (0..<count).map {
        pairs.bandVariances[$0, j] / architecture.divisors[j] / totals[$0]
      }
      return Interval(low: own.min() ?? 0, high: own.max() ?? 1)
    }
    (self.domain, self.members, self.pairs) = (domain.label, members, count)
    self.interpolates = interpolates
  }

  /// The fraction of points whose band variances have a share in their total unlike any in the training.
  public func unlikeFraction(
    of bandVariances: Matrix, by architecture: SpectrumArchitecture
  ) -> Double {
    let totals = architecture.totals(bandVariances.scalars[...])
    let unlike = (0..<bandVariances.rows).count { x in
      shares.enumerated().contains { j, own in
        let share = bandVariances[x, j] / architecture.divisors[j] / totals[x]
        return !(share >= own.low && share <= own.high)
      }
    }
    return Double(unlike) / Double(max(bandVariances.rows, 1))
  }

  /// The quantiles, interpolated between order statistics; numbers that are not finite are left out.
  private static func interval(_ numbers: [Double]) -> Interval {
    let ascending = numbers.filter(\.isFinite).sorted()
    guard let last = ascending.last else { return Interval(low: .nan, high: .nan) }
    func quantile(_ level: Double) -> Double {
      let place = level * Double(ascending.count - 1)
      let below = Int(place)
      guard below + 1 < ascending.count else { return last }
      return ascending[below] + (place - Double(below)) * (ascending[below + 1] - ascending[below])
    }
    return Interval(low: quantile(0.05), high: quantile(0.95))
  }
}

/// The variance and the length scale of a field at each point, from its local spectra.
///
///     Var(x) = sum_l w_l b_l(x),    length(x) = sqrt(Var(x) / sum_l w_l λ_l b_l(x))
///
/// with λ_l = l² on the circle and l (l + 1) on the sphere: the curvature of the correlation function at distance 0 is
/// -1 / length² along each direction of a circle, and half of that on the sphere.
///
/// - Reference: Tsyrulnikov and Sotskiy (2023), eq. (44), at a point.
public struct FieldScales: Sendable {
  /// The variance at each point, `[n]`, in squared units of the field.
  public let variances: [Double]
  /// The length scale at each point, `[n]`, in radians; infinite for a spectrum of wavenumber 0 alone.
  public let lengths: [Double]

  /// The scales of modal spectra, `[n, L + 1]`.
  ///
  /// - Precondition: The spectra have the wavenumbers of the domain.
  public init(_ modal: Matrix, on domain: any HarmonicDomain) {
    let weights = domain.varianceWeights
    let variances = modal.multiplied(by: weights)
    let curvatures = modal.multiplied(by: zip(weights, domain.laplacianEigenvalues).map(*))
    self.variances = variances
    lengths = zip(variances, curvatures).map { ($0 / $1).squareRoot() }
  }
}

extension HarmonicDomain {
  /// The domain in words with the size of its grid, as in "sphere of 51 latitudes" and "circle of 120 points".
  public var label: String {
    (self as? Sphere).map {
      "sphere of \($0.latitudes) latitudes\($0.hasPoles ? "" : " without poles"), "
        + "wavenumbers to \(maximumWavenumber)"
    }
      ?? "circle of \(pointCount) points"
  }
}

extension HarmonicDomain {
  /// The filter bank of the published experiments for this domain.
  public var filterBank: FilterBank {
    self is Sphere ? .sphere(maximumWavenumber) : .circle(points: pointCount)
  }
}
