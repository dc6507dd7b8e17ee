/// The version of this package.
public enum PPLVersion {
  /// Major, minor and patch number.
  public static let current = "0.2.0"
}
