extension LSEFCycleNetwork {
  /// By their names.
  public static let files: [String: String] = [:]
}
