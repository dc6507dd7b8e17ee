// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "EightSchools",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "EightSchools", targets: ["EightSchools"]),
    .executable(name: "eight-schools", targets: ["EightSchoolsProgram"]),
  ],
  dependencies: [
    .package(name: "PPL", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(
      name: "EightSchools",
      dependencies: [
        .product(name: "PPL", package: "PPL"),
        .product(name: "Plugins", package: "PPL"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.embedInCode("schools.csv")]),
    .executableTarget(
      name: "EightSchoolsProgram",
      dependencies: ["EightSchools", .product(name: "Plugins", package: "PPL")],
      path: "Sources/Program"),
    .testTarget(
      name: "EightSchoolsTests",
      dependencies: [
        "EightSchools", .product(name: "PPL", package: "PPL"),
        .product(name: "Plugins", package: "PPL"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
