import Distributions
import Inference
import PPL

/// A model of extremes that is a sum of terms, from which its sites, start, report and predictions follow.
public protocol FamilyModel: ExtremesModel {
  /// The terms of the model with its data.
  var family: GEVFamily { get }
}

extension FamilyModel {
  /// The joint distribution; its output is `y`.
  public var model: Model<Tensor> { family.model }
  public var start: [String: Tensor] { family.start }
  public var parameters: [ReportedSite] { family.parameters }
  public var fields: [ReportedSite] { family.maps }
  public var otherSites: Set<String> { family.otherSites }

  public func gev(_ draws: Draws, in climate: Climate) -> GEV { family.gev(draws, in: climate) }

  public func gev(_ draws: Draws, in climate: Climate, at places: Places) throws -> GEV {
    if places.coordinates != nil, family.isOfStations {
      throw NoPrediction(model: "\(Self.name) with values for each station")
    }
    return family.gev(draws, in: climate, at: places)
  }
}

extension Coefficient {
  /// A coefficient whose prior mean is a flag.
  init(_ site: String, _ mean: Prior, _ deviation: Double, unit: String = "") {
    self.init(site, mean.number ?? .nan, deviation, unit: unit)
  }
}
