import ArgumentParser
import Inference
import PPL

/// The GEV model of annual maxima with a Gaussian copula: years in which stations are alike beyond the maps of the
/// parameters.
///
///     log p(y) = Σ_ij log GEV(y_ij) + log c(y)
///     c1 ~ LogNormal(log 0.5, 0.4)    c2 ~ LogNormal(log 4, 0.4)
///
/// Each station has the GEV distribution of `GEVNonstationary`, and c is the density of a `GaussianCopula`.
///
/// - Shape: *S* stations, *T* years; R and the distances D `[S, S]`.
/// - Units: `c1` and `c2` in degrees; `c0`, the weight of the short range, has none.
/// - Reference: Davison, Padoan and Ribatet (2012), *Statistical Modeling of Spatial Extremes*, §4.
public struct GEVCopula: FamilyModel {
  public static let name = "gev-copula"
  public static let summary =
    "Annual maxima ~ GEV as in gev-nonstationary, with a Gaussian copula over the stations of a year."
  public static let hasDependence = true
  public static let memory = FitMemory(
    matricesOfAStep: 32, matricesOfAThread: 7, arraysOfData: 23, matricesOfAYear: 2)

  /// The centres of the priors, flags of the command line.
  public struct Priors: PriorFlags {
    /// The priors of the distribution at each station.
    @OptionGroup public var ofStations: GEVNonstationary.Priors
    /// The median of the short range c1, degrees.
    @Option(parsing: .unconditional, help: "Prior median of the copula's short range, degrees.")
    public var priorC1 = Prior(0.5, .lengthscale)
    /// The median of the long range c2, degrees.
    @Option(parsing: .unconditional, help: "Prior median of the copula's long range, degrees.")
    public var priorC2 = Prior(4, .lengthscale)

    /// The priors before the command line is read; `published` has their values.
    public init() {}
  }

  /// The model of the stations without the copula.
  public let stations: GEVNonstationary
  /// The priors of this model.
  public let priors: Priors

  public init(_ data: StationTensors, priors: Priors) {
    (stations, self.priors) = (GEVNonstationary(data, priors: priors.ofStations), priors)
  }

  public var data: StationTensors { stations.data }

  public var family: GEVFamily {
    var family = stations.family
    family.copula = GaussianCopula(short: priors.priorC1, long: priors.priorC2)
    return family
  }

  /// The correlation of the copula, `[S, S]`.
  func correlation(_ c0: Tensor, _ c1: Tensor, _ c2: Tensor) -> Tensor {
    GaussianCopula(short: priors.priorC1, long: priors.priorC2)
      .correlation(c0, c1, c2, at: data.coordinates)
  }
}
