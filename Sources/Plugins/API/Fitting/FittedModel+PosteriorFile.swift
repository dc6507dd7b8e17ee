import Foundation
import Inference
import NetCDF
import PPL
import Runs

extension FittedModel {
  /// The file `posterior.nc`, which xarray and ArviZ open: draws, sample statistics, log likelihood, predictive draws and data.
  ///
  /// It is computed when it is written.
  ///
  /// - Parameters:
  ///   - posterior: The posterior whose draws the report shows.
  ///   - annotations: The names, coordinates and units of the model; none by default.
  public func posteriorFile(
    _ posterior: Posterior, _ annotations: PosteriorAnnotations = PosteriorAnnotations()
  ) -> OutputFile {
    // Without ArviZ's `created_at` and `sampling_time`, which `run.json` has, so that equal runs have equal files.
    var attributes: NetCDFAttributes = [
      "inference_library": "PPL", "inference_library_version": .text(PPLVersion.current),
      "model": .text(model.name), "seed": .text("\(settings.seed)"),
    ]
    attributes["arguments"] = .text(context.arguments.joined(separator: " "))
    let file = PosteriorFile(
      posterior: posterior, problem: problem, annotations: annotations,
      // A purpose of its own: no other number of a fit comes from this key.
      key: context.key.foldIn(0x6e63), pool: context.pool, attributes: attributes)
    return OutputFile(RunFileName.posterior) { place in
      try file.content().write(to: place.path)
    }
  }
}
