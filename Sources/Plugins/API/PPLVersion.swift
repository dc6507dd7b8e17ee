/// The version of this package.
public enum PPLVersion {
  public static let current = "0.1.0"
}
