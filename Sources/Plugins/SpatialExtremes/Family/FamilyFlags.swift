import ArgumentParser
import Kernels
import PPL
import Plugins

/// The flags of the models by formula: priors, distances, covariances of fields, and the unit of the maxima.
public struct FamilyFlags: PriorFlags {
  /// The priors of sites.
  @Option(
    help: ArgumentHelp(
      "A prior of a site: mean and sd of a coefficient, median and sd of the logarithm of a hyperparameter; may be repeated.",
      valueName: "site=centre,sd"))
  public var prior: [SitePrior] = []
  /// The priors of all other sites.
  @Option(
    help: ArgumentHelp(
      "The other priors: data (as wide as the data) or reference (as published).",
      valueName: "name"))
  var priors = PriorChoice.Base.data
  /// The distance between stations.
  @Option(
    help: ArgumentHelp("The distance of places: great-circle (km) or degrees.", valueName: "name")
  )
  var distance = DistanceName.greatCircle
  /// The covariance of each field.
  @Option(
    help: ArgumentHelp(
      "The covariance of each field: matern12, matern32, matern52, or a sum, as in matern12+matern52.",
      valueName: "names"))
  var kernel = FieldKernels(.matern32)
  /// Whether each field has independent variation at each place.
  @Flag(help: "Each field has independent variation at each place too, site k_….nugget.")
  public var nugget = false
  /// Whether the range of each field depends on the direction.
  @Flag(
    help:
      "The range of each field depends on the direction: reported are the ratio of the longest to the shortest and the angle of the longest, degrees from east towards north."
  )
  public var anisotropy = false
  /// Whether the scale is proportional to the location.
  @Flag(
    help:
      "The scale is proportional to the location, as for rain: --log-scale is of the logarithm of their ratio, the dispersion."
  )
  public var dispersion = false
  /// The unit of the maxima.
  @Option(help: "The unit of the maxima, for the report; that of the data if not given, else °C.")
  public var unit: String?
  /// The parameterization of all fields.
  @Option(field: "each field") public var fieldCoordinates: FieldParameterization?

  /// The distribution of the observations.
  @OptionGroup public var likelihood: LikelihoodFlags

  /// The flags before the command line is read.
  public init() {}

  /// The distance between places, the value of `--distance`.
  enum DistanceName: String, CaseIterable, ExpressibleByArgument, Sendable {
    case greatCircle = "great-circle"
    case degrees

    var metric: any Metric { self == .degrees ? Euclidean() : Chordal() }
    /// The metric of some places: on a plane always that of the plane, km.
    func metric(_ data: StationTensors) -> any Metric {
      data.isProjected ? Euclidean() : metric
    }

    /// The number of units of distance in a degree of latitude.
    var unitsOfDegree: Double { self == .degrees ? 1 : earthRadius * .pi / 180 }
  }
}
