import Foundation
import Testing

/// The dependencies between the targets of this package, as its manifest states them.
@Suite(.enabled(if: swift != nil, "swift is not on the path; skipped"))
struct PackageGraphTests {
  /// FFTW is under the GPL; a distributed program that links it falls under the GPL too.
  @Test func spectralFieldsAloneDependsOnFourier() throws {
    let targets = try Manifest.ofThisPackage().targets
    #expect(targets.filter { $0.needs("CFFTW") }.map(\.name) == ["Fourier"])
    let users = targets.filter { $0.needs("Fourier") && $0.type != "test" }
    #expect(users.map(\.name) == ["SpectralFields"])
  }

  @Test func productsWithoutLSEFLinkNoFFTW() throws {
    let manifest = try Manifest.ofThisPackage()
    let linking = manifest.products.filter { manifest.reached(from: $0.targets).contains("CFFTW") }
    #expect(Set(linking.map(\.name)) == ["SpectralFields", "LSEF", "ppl"])
    #expect(manifest.products.count > linking.count + 3)
  }

  @Test func aLibraryOfModelsWithItsDataNeedsNeitherArgumentParserNorOpenSSL() throws {
    let manifest = try Manifest.ofThisPackage()
    for product in manifest.products where ["PPL", "Tables"].contains(product.name) {
      let reached = manifest.reached(from: product.targets)
      #expect(reached.isDisjoint(with: ["CCrypto", "CFFTW"]), "\(product.name)")
      let others = manifest.targets.filter { reached.contains($0.name) }.flatMap(\.neededProducts)
      #expect(Set(others).isSubset(of: ["RealModule"]), "\(product.name)")
    }
    #expect(manifest.reached(from: ["Runs"]).contains("CCrypto"))
    #expect(manifest.targets.first { $0.name == "Plugins" }?.neededProducts == ["ArgumentParser"])
  }

  @Test func pluginsDoNotDependOnEachOther() throws {
    let manifest = try Manifest.ofThisPackage()
    let plugins = ["SpatialExtremes", "TwinBenchmarks", "LSEF"]
    for plugin in plugins {
      let others = manifest.reached(from: [plugin]).intersection(plugins).subtracting([plugin])
      #expect(others.isEmpty, "\(plugin)")
    }
    #expect(manifest.reached(from: ["CommandLineProgram"]).isSuperset(of: plugins))
  }

  /// Without access to `package` symbols the compiler holds a target to public API.
  @Test(arguments: [
    "SpatialExtremes", "SpectralFields", "SpectrumEstimator", "LSEF", "TwinBenchmarks",
  ])
  func pluginsAreCompiledAgainstPublicAPIOnly(name: String) throws {
    let target = try #require(try Manifest.ofThisPackage().targets.first { $0.name == name })
    #expect(!target.packageAccess)
  }
}

private let swift = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .map { URL(filePath: String($0)).appending(path: "swift") }
  .first { FileManager.default.isExecutableFile(atPath: $0.path) }

/// The manifest of a package as `swift package dump-package` prints it, as far as it matters here.
private struct Manifest: Decodable {
  struct Target: Decodable {
    /// `{"byName": ["Fourier", null]}`, or `{"product": ["RealModule", "swift-numerics", null, null]}`.
    struct Dependency: Decodable { let byName, product: [String?]? }

    let name, type: String
    let packageAccess: Bool
    let dependencies: [Dependency]

    /// The names of the targets of this package that it depends on directly.
    var needed: [String] { dependencies.compactMap { $0.byName?.first ?? nil } }
    /// The names of the products of other packages that it depends on directly.
    var neededProducts: [String] { dependencies.compactMap { $0.product?.first ?? nil } }
    func needs(_ other: String) -> Bool { needed.contains(other) }
  }
  struct Product: Decodable {
    let name: String
    let targets: [String]
  }

  let targets: [Target]
  let products: [Product]

  static func ofThisPackage() throws -> Manifest {
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = swift
    // A scratch folder of its own, so that it waits for no build of this package.
    process.arguments = [
      "package", "--package-path", Repository.root.path, "--scratch-path", scratch.path,
      "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode(Manifest.self, from: text)
  }

  /// These targets and all that they depend on.
  func reached(from names: [String]) -> Set<String> {
    let needed = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0.needed) })
    var reached: Set<String> = []
    var open = names
    while let name = open.popLast() {
      if reached.insert(name).inserted { open += needed[name] ?? [] }
    }
    return reached
  }
}
