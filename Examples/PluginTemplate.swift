/// The template of `ppl new plugin`: the package `EightSchools` in this folder as text.
public enum PluginTemplate {
  /// The files of the package, by their paths in it.
  public static var files: [(path: String, text: String)] {
    [
      ("Package.swift", PackageResources.Package_swift),
      ("README.md", PackageResources.README_md),
      ("Makefile", PackageResources.Makefile),
      ("Sources/EightSchools/EightSchoolsPlugin.swift", PackageResources.EightSchoolsPlugin_swift),
      ("Sources/EightSchools/SchoolEffects.swift", PackageResources.SchoolEffects_swift),
      ("Sources/EightSchools/SchoolTable.swift", PackageResources.SchoolTable_swift),
      ("Sources/EightSchools/schools.csv", PackageResources.schools_csv),
      ("Sources/Program/main.swift", PackageResources.main_swift),
      ("Tests/EightSchoolsTests/EightSchoolsTests.swift", PackageResources.EightSchoolsTests_swift),
    ].map { ($0, String(decoding: $1, as: UTF8.self)) }
  }
}
