// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "ModelLibrary",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "PPL", path: "../..")],
  targets: [
    .executableTarget(
      name: "ModelLibraryProgram",
      dependencies: [
        .product(name: "PPL", package: "PPL"), .product(name: "Tables", package: "PPL"),
      ],
      path: "Sources/Program"),
    .testTarget(
      name: "ModelLibraryTests",
      dependencies: [
        .product(name: "PPL", package: "PPL"), .product(name: "PPLTestKit", package: "PPL"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
