import Foundation
import Testing

/// Where this process was built, with the modules beside it.
private let build = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent()

private let extractor = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .map { URL(filePath: String($0)).appending(path: "swift-symbolgraph-extract") }
  .first { FileManager.default.isExecutableFile(atPath: $0.path) }

/// The compiler's list of public symbols, whose comments say what they are.
@Suite(.enabled(if: extractor != nil, "swift-symbolgraph-extract is not on the path; skipped"))
struct DocCommentTests {
  private static let held = [
    "Autodiff", "PPL", "Distributions", "Kernels", "LinearAlgebra", "Fourier", "Plotting",
    "NetCDF", "Parallel", "Inference", "Tables", "Runs", "Assimilation", "StateSpace",
    "SpectralFields",
    "SpectrumEstimator", "LSEF", "TwinBenchmarks", "Plugins", "SpatialExtremes",
    "PPLTestKit",
  ]
  /// The folders in `Sources` of modules whose folder has another name.
  private static let folders = [
    "SpectralFields": "Plugins/LSEF/Fields", "SpectrumEstimator": "Plugins/LSEF/Estimator",
    "LSEF": "Plugins/LSEF/Experiments", "TwinBenchmarks": "Plugins/TwinBenchmarks",
    "Plugins": "Plugins/API", "SpatialExtremes": "Plugins/SpatialExtremes",
  ]

  @Test(arguments: held) func everyPublicSymbolHasAComment(module: String) throws {
    let symbols = try symbols(of: module)
    // The smallest module, Fourier, has a type with its members.
    #expect(symbols.count > 5)
    for symbol in symbols where !symbol.isDocumented {
      Issue.record("\(module): \(symbol.place) \(symbol.name) has no doc comment")
    }
  }

  @Test(arguments: held) func everyPublicSymbolSaysWhatItIs(module: String) throws {
    for symbol in try symbols(of: module) {
      let summary = DocCommentSummary(symbol.docComment?.lines.map(\.text) ?? [])
      if let fault = summary.fault(isBoolean: symbol.isBoolean) {
        Issue.record("\(module): \(symbol.place) \(symbol.name) \(fault): \(summary.text)")
      }
    }
  }

  /// The word of the field is "distribution"; a power law is a term of its own.
  @Test(arguments: held) func distributionsAreNotCalledLaws(module: String) throws {
    let folder = Self.folders[module] ?? module
    let sources = try Repository.sources(below: "Sources/\(folder)")
    #expect(!sources.isEmpty)
    for file in sources {
      let text = try Repository.text(file).replacing(/[Pp]ower[ -]?[Ll]aws?/, with: "")
      for word in text.matches(of: /\blaws?\b|Laws?\b/.wordBoundaryKind(.simple)) {
        Issue.record("\(file) says \(word.0)")
      }
    }
  }

  /// Written in the sources, not made by the compiler for a conformance.
  private func symbols(of module: String) throws -> [Symbol] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try extract(module, into: folder)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return try files.flatMap { file in
      try JSONDecoder().decode(Graph.self, from: Data(contentsOf: file)).symbols
    }.filter { !$0.identifier.precise.contains("::SYNTHESIZED::") }
  }

  private func extract(_ module: String, into folder: URL) throws {
    let root = Repository.root.path
    let process = Process()
    process.executableURL = extractor
    process.arguments = [
      "-module-name", module, "-target", target, "-minimum-access-level", "public",
      "-output-dir", folder.path, "-I", build.appending(path: "Modules").path,
      "-I", "\(root)/Sources/COpenBLAS",
      "-I", "\(root)/Sources/CLAPACKE", "-I", "\(root)/Sources/CCrypto",
      "-I", "\(root)/Sources/CFFTW", "-I", "\(root)/Sources/CNetCDF",
      "-I", "\(root)/.build/checkouts/swift-numerics/Sources/_NumericsShims/include",
    ]
    process.arguments? += ["CNumerics", "CDistributions", "CKernels"].flatMap { name in
      [
        "-Xcc", "-fmodule-map-file=\(build.path)/\(name).build/module.modulemap",
        "-Xcc", "-I\(root)/Sources/\(name)/include",
      ]
    }
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }

  private var target: String {
    #if arch(arm64)
      "aarch64-unknown-linux-gnu"
    #else
      "x86_64-unknown-linux-gnu"
    #endif
  }
}

private struct Graph: Decodable {
  let symbols: [Symbol]
}

/// What a symbol graph of the compiler tells of a symbol, as far as it matters here.
private struct Symbol: Decodable {
  struct Identifier: Decodable { let precise: String }
  struct Comment: Decodable {
    struct Line: Decodable { let text: String }
    let lines: [Line]
  }
  struct Fragment: Decodable { let spelling: String }
  struct Location: Decodable {
    struct Position: Decodable { let line: Int }
    let uri: String
    let position: Position
  }
  let identifier: Identifier
  let pathComponents: [String]
  let docComment: Comment?
  let declarationFragments: [Fragment]?
  let location: Location?

  var name: String { pathComponents.joined(separator: ".") }
  var isBoolean: Bool {
    declarationFragments?.map(\.spelling).joined().contains(/(:|->) Bool\b/) ?? false
  }
  var isDocumented: Bool { docComment?.lines.contains { $0.text.contains(/\S/) } ?? false }
  var place: String {
    location.map { "\($0.uri.split(separator: "/").last ?? ""):\($0.position.line + 1)" } ?? ""
  }
}
