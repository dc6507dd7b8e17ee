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
  /// The file of the loss of each step.
  public static let losses = "losses.csv"
  /// The file of the draws from a posterior.
  public static let draws = "draws.csv"

  /// The names that runs use, which `--json` must not have.
  static let all = [run, results, checkpoint, journal, losses, draws]
}
