// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "ExtremesCycle",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "extremes-cycle", targets: ["ExtremesCycleProgram"])],
  dependencies: [
    .package(name: "PPL", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(
      name: "ExtremesCycle",
      dependencies: [
        .product(name: "PPL", package: "PPL"),
        .product(name: "Plugins", package: "PPL"),
        .product(name: "SpatialExtremes", package: "PPL"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "ExtremesCycleProgram",
      dependencies: ["ExtremesCycle", .product(name: "Plugins", package: "PPL")],
      path: "Sources/Program"),
    .testTarget(
      name: "ExtremesCycleTests",
      dependencies: [
        "ExtremesCycle", .product(name: "PPL", package: "PPL"),
        .product(name: "SpatialExtremes", package: "PPL"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
