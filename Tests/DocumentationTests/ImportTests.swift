import Testing

/// Which modules may import which.
@Suite struct ImportTests {
  @Test func filtersNeedNoLanguageOfModels() throws {
    let sources = try Repository.sources(below: "Sources/Assimilation")
    #expect(sources.count > 30)
    for file in sources {
      let imports = try Repository.text(file).split(separator: "\n").filter {
        $0.hasPrefix("import ")
      }.map { String($0.dropFirst(7)) }
      let allowed = [
        "Autodiff", "CNumerics", "Foundation", "LinearAlgebra", "Parallel", "Preconditions",
        "Synchronization",
      ]
      #expect(imports.allSatisfy(allowed.contains), "\(file): \(imports)")
    }
  }
}
