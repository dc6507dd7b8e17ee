/// The names of the files of a run.
public enum RunFileName {
  /// The file with the settings of a run: options, seed, checksums of the data.
  public static let run = "run.json"
  /// The file of the numbers.
  public static let results = "results.json"
  /// The file from which a fit is resumed.
  public static let checkpoint = "checkpoint.json"
  /// The file of the finished pieces of an experiment.
  public static let journal = "journal.jsonl"
  /// The file of the loss of each step or epoch.
  public static let losses = "losses.csv"
  /// The file of the draws from a posterior.
  public static let draws = "draws.csv"

  /// The file of the printed report.
  public static let summary = "summary.txt"
  /// The page of the report.
  public static let report = "report.html"
  /// The file of titles and captions of the figures beside it.
  public static let captions = "captions.json"
  /// The folder of the figures of a fit.
  public static let figures = "figures"
  /// The file of the draws for xarray and ArviZ.
  public static let posterior = "posterior.nc"
  /// The file with the settings of a prediction.
  public static let prediction = "predict.json"

  /// The names that runs use, which `--json` must not have.
  static let all = [
    run, results, checkpoint, journal, losses, draws, summary, report, posterior,
  ]
  /// The files that tell how to repeat a run.
  package static let records = [run, prediction]
}
