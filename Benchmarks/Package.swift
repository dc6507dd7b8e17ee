// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "PPL", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CAllocations"),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CAllocations",
        .product(name: "PPL", package: "PPL"),
        .product(name: "PosteriorModels", package: "PPL"),
        .product(name: "SpatialExtremes", package: "PPL"),
        .product(name: "Assimilation", package: "PPL"),
        .product(name: "StateSpace", package: "PPL"),
        .product(name: "LSEF", package: "PPL"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
