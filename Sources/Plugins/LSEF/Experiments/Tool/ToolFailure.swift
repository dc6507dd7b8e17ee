import Assimilation
import LinearAlgebra
import Plugins

/// An error of a tool of LSEF about files that do not fit each other.
enum ToolFailure: PluginError, Equatable {
  /// A network of another grid than that of a file.
  case otherNetwork(network: String, path: String, file: String, grid: String)
  /// A model of another grid than that of the network.
  case otherModel(model: String, needed: String, points: Int, given: String)
  /// Two files of units of different quantities.
  case units(flag: String, unit: String, other: String, otherUnit: String)
  /// Two files of different grids.
  case grids(flag: String, other: String)
  /// A place without the coordinates of the grid.
  case place(String, needed: String)
  /// A place where the members are equal in every band.
  case noVariance(String)

  var description: String {
    switch self {
    case .otherNetwork(let network, let path, let file, let grid):
      "--network: \(path) is of a \(network), but \(file) is of a \(grid); train one by "
        + "\"ppl lsef train --like \(file)\"."
    case .otherModel(let model, let needed, let points, let given):
      "--model \(model) is on a \(needed), but the grid is a \(given); give --grid circle:\(points)."
    case .units(let flag, let unit, let other, let otherUnit):
      "\(flag) is in \"\(unit)\", which cannot be converted to \"\(otherUnit)\" of \(other); "
        + "give the same quantity in both, or name the unit as CF does, such as \"m s-1\"."
    case .grids(let flag, let other):
      "\(flag) is on another grid than \(other); interpolate one of them."
    case .place(let text, let needed):
      "--at is \"\(text)\", but must be \(needed), as in \"Madrid=40.4,-3.7\"."
    case .noVariance(let place):
      "--ensemble: the members are equal at \(place) in every band, so that no spectrum can be estimated there; "
        + "leave constant fields out."
    }
  }
}

extension AnalysisError: @retroactive PluginError {}
extension NotPositiveDefinite: @retroactive PluginError {}
