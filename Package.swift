// swift-tools-version: 6.1
import PackageDescription

let numerics = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "PPL",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "PPL",
      targets: [
        "Preconditions", "Autodiff", "PPL", "Distributions", "Kernels", "Parallel", "Inference",
      ]),
    // Apart, so that a library of models needs neither the argument parser nor OpenSSL.
    .library(name: "Plugins", targets: ["Plugins", "Runs", "Tables"]),
    .library(name: "Runs", targets: ["Runs", "Tables"]),
    .library(name: "Tables", targets: ["Tables"]),
    .library(name: "SpatialExtremes", targets: ["SpatialExtremes"]),
    // Without the language of models, which `StateSpace` adds.
    .library(name: "Assimilation", targets: ["Assimilation", "LinearAlgebra", "Autodiff"]),
    .library(name: "StateSpace", targets: ["StateSpace", "Assimilation", "PPL"]),
    .library(name: "SpectralFields", targets: ["SpectralFields", "Assimilation", "LinearAlgebra"]),
    .library(
      name: "LSEF",
      targets: ["LSEF", "SpectrumEstimator", "SpectralFields", "Assimilation", "LinearAlgebra"]),
    .library(name: "Plotting", targets: ["Plotting"]),
    .library(name: "NetCDF", targets: ["NetCDF"]),
    // For tests alone: it needs Swift Testing.
    .library(name: "PPLTestKit", targets: ["PPLTestKit"]),
    // The models of posteriordb, for tests and benchmarks.
    .library(name: "PosteriorModels", targets: ["PosteriorModels"]),
    .executable(name: "ppl", targets: ["CommandLineProgram"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(name: "CNetCDF", pkgConfig: "netcdf", providers: [.apt(["libnetcdf-dev"])]),
    .target(name: "CNumerics"),
    .target(
      name: "CDistributions", dependencies: ["CNumerics"],
      cSettings: [.headerSearchPath("../CNumerics")]),
    .target(
      name: "CKernels", dependencies: ["CNumerics"],
      cSettings: [.headerSearchPath("../CNumerics")]),
    .target(name: "BLAS", dependencies: ["CNumerics", "COpenBLAS"]),
    // Traps whose messages are printed in release builds too.
    .target(name: "Preconditions"),
    .target(name: "Parallel", dependencies: ["Preconditions"]),
    .target(name: "Fourier", dependencies: ["Preconditions", "CFFTW", "CNumerics"]),
    .target(name: "Plotting", dependencies: ["Preconditions"]),
    .target(name: "NetCDF", dependencies: ["CNetCDF"]),
    .target(
      name: "Autodiff",
      dependencies: ["Preconditions", "BLAS", "CNumerics", "COpenBLAS", "CLAPACKE", numerics]),
    .target(
      name: "LinearAlgebra",
      dependencies: ["Preconditions", "BLAS", "CNumerics", "COpenBLAS", "CLAPACKE"]),
    .target(name: "PPL", dependencies: ["Preconditions", "Autodiff"]),
    .target(
      name: "Distributions",
      dependencies: ["Preconditions", "Autodiff", "PPL", "CDistributions", numerics]),
    .target(
      name: "Kernels",
      dependencies: [
        "Preconditions", "LinearAlgebra", "Autodiff", "PPL", "Distributions", "CKernels",
      ]),
    .target(
      name: "Inference",
      dependencies: [
        "Preconditions", "Parallel", "LinearAlgebra", "Autodiff", "PPL", "Distributions",
      ]),
    .target(name: "Tables", dependencies: ["Preconditions"]),
    .target(
      name: "Runs",
      dependencies: ["Preconditions", "CCrypto", "NetCDF", "Parallel", "Plotting", "Tables"]),
    .target(
      name: "PluginTemplate", path: "Examples", exclude: ["ExtremesCycle", "ExternalModels"],
      sources: ["PluginTemplate.swift"],
      resources: [.embedInCode("EightSchools")]),
    .target(
      name: "Plugins",
      dependencies: [
        "Preconditions", "Parallel", "PPL", "Distributions", "Inference", "NetCDF", "Plotting",
        "Tables", "Runs", "PluginTemplate", arguments,
      ],
      path: "Sources/Plugins/API"),
    .target(
      name: "SpainSynthetic", path: "Models/SpainSynthetic", exclude: ["README.md"],
      resources: [
        .embedInCode("stations.csv"), .embedInCode("gmst.csv"), .embedInCode("maxima.csv"),
        .embedInCode("truth.csv"),
      ]),
    .target(
      name: "LSEFCycleNetwork", path: "Models/LSEFCycleNetwork",
      exclude: ["README.md", "make-source.sh"]),
    .target(
      name: "SpatialExtremes",
      dependencies: [
        "Preconditions", "Parallel", "PPL", "Distributions", "Kernels", "Inference", "NetCDF",
        "Tables", "Runs", "Plugins", "Plotting", "SpainSynthetic", arguments,
      ],
      path: "Sources/Plugins/SpatialExtremes", packageAccess: false),
    .target(
      name: "Assimilation",
      dependencies: ["Preconditions", "Parallel", "Autodiff", "LinearAlgebra", "CNumerics"]),
    .target(name: "StateSpace", dependencies: ["Autodiff", "PPL", "Assimilation"]),
    // Alone in depending on Fourier, whose FFTW is under the GPL: PackageGraphTests.
    .target(
      name: "SpectralFields",
      dependencies: [
        "Preconditions", "Autodiff", "LinearAlgebra", "Fourier", "Assimilation", numerics,
      ],
      path: "Sources/Plugins/LSEF/Fields", packageAccess: false),
    .target(
      name: "SpectrumEstimator",
      dependencies: [
        "Preconditions", "Parallel", "PPL", "Distributions", "Inference", "LinearAlgebra",
        "Assimilation", "SpectralFields", "Tables", "Runs",
      ],
      path: "Sources/Plugins/LSEF/Estimator", packageAccess: false),
    .target(
      name: "LSEF",
      dependencies: [
        "Preconditions", "Parallel", "PPL", "Inference", "LinearAlgebra", "Assimilation",
        "SpectralFields", "SpectrumEstimator", "Plotting", "LSEFCycleNetwork", "Tables", "Runs",
        "Plugins", arguments,
      ],
      path: "Sources/Plugins/LSEF/Experiments", packageAccess: false),
    .target(
      name: "TwinBenchmarks",
      dependencies: ["PPL", "Assimilation", "Tables", "Runs", "Plugins", arguments],
      path: "Sources/Plugins/TwinBenchmarks", packageAccess: false),
    .executableTarget(
      name: "CommandLineProgram",
      dependencies: ["Plugins", "SpatialExtremes", "LSEF", "TwinBenchmarks"],
      path: "Sources/ppl"),

    .target(
      name: "PPLTestKit", dependencies: ["Autodiff", "PPL", "Kernels"], packageAccess: false),
    .target(
      name: "TestSupport", dependencies: ["Autodiff", "PPLTestKit"],
      path: "Tests/TestSupport/Files"),
    .target(
      name: "TestModels", dependencies: ["Autodiff", "PPL", "Distributions"],
      path: "Tests/TestSupport/Models"),
    .target(
      name: "PosteriorModels", dependencies: ["Autodiff", "PPL", "Distributions"],
      path: "Tests/TestSupport/Posteriors"),
    .target(
      name: "FilterTestSupport",
      dependencies: ["Assimilation", "LinearAlgebra", "PPL", "PPLTestKit", "TestSupport"],
      path: "Tests/TestSupport/Filters"),
    .target(
      name: "CommandTestSupport", dependencies: ["Plugins"], path: "Tests/TestSupport/Commands"),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"]),
    .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "TestSupport", numerics]),
    .testTarget(
      name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Autodiff", "PPL", "TestSupport"]),
    .testTarget(name: "FourierTests", dependencies: ["Fourier", "TestSupport"]),
    .testTarget(name: "PlottingTests", dependencies: ["Plotting", "TestSupport"]),
    .testTarget(
      name: "AssimilationTests",
      dependencies: [
        "Assimilation", "LinearAlgebra", "Autodiff", "FilterTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "StateSpaceTests",
      dependencies: [
        "StateSpace", "Assimilation", "PPL", "Distributions", "Inference", "FilterTestSupport",
        "TestSupport",
      ]),
    .testTarget(
      name: "PPLTests", dependencies: ["PPL", "Distributions", "TestSupport"]),
    .testTarget(name: "DistributionsTests", dependencies: ["PPL", "Distributions", "TestSupport"]),
    .testTarget(
      name: "KernelsTests",
      dependencies: ["Autodiff", "PPL", "Kernels", "LinearAlgebra", "Distributions", "TestSupport"]),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "PPL", "Inference", "Parallel", "Distributions", "PosteriorModels", "TestModels",
        "TestSupport",
      ]),
    .testTarget(name: "TablesTests", dependencies: ["Tables"]),
    .testTarget(name: "NetCDFTests", dependencies: ["NetCDF", "Tables", "TestSupport"]),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "Runs", "Tables", "NetCDF", "Parallel", "Inference", "Plotting", "TestSupport",
      ]),
    .testTarget(
      name: "SpatialExtremesTests",
      dependencies: [
        "Autodiff", "PPL", "Distributions", "Inference", "SpatialExtremes", "SpainSynthetic",
        "StateSpace", "NetCDF", "Tables", "Runs", "Plugins", "Plotting", "CommandTestSupport",
        "TestSupport", arguments,
      ]),
    .testTarget(
      name: "PluginsTests",
      dependencies: [
        "PPL", "Distributions", "Inference", "NetCDF", "Tables", "Runs", "Plugins",
        "PluginTemplate", "SpatialExtremes", "LSEF", "Parallel", "Plotting", "CommandTestSupport",
        "TestModels", "TestSupport", arguments,
      ]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "Autodiff", "PPL", "Distributions", "Inference", "Assimilation", "StateSpace",
        "SpatialExtremes", "SpectralFields", "SpectrumEstimator", "LSEF", "TwinBenchmarks",
        "TestSupport",
      ]),
    .testTarget(
      name: "TwinBenchmarksTests",
      dependencies: ["TwinBenchmarks", "PPL", "Tables", "Runs", "Plugins", "TestSupport"]),
    .testTarget(
      name: "SpectralFieldsTests",
      dependencies: [
        "SpectralFields", "Assimilation", "LinearAlgebra", "PPL", "FilterTestSupport",
        "TestSupport",
      ]),
    .target(
      name: "SpectrumExamples",
      dependencies: ["SpectralFields", "SpectrumEstimator", "LinearAlgebra", "PPL"],
      path: "Tests/SpectrumExamples"),
    .testTarget(
      name: "SpectrumEstimatorTests",
      dependencies: [
        "SpectralFields", "SpectrumEstimator", "SpectrumExamples", "Assimilation",
        "LinearAlgebra", "PPL", "Inference", "Parallel", "Tables", "Runs", "TestSupport",
      ]),
    .testTarget(
      name: "LSEFTests",
      dependencies: [
        "LSEF", "SpectralFields", "SpectrumEstimator", "SpectrumExamples", "Assimilation",
        "LinearAlgebra", "PPL", "Inference", "Parallel", "Plotting", "Tables", "Runs", "Plugins",
        "CommandTestSupport", "FilterTestSupport", "TestSupport",
        arguments,
      ]),
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "PPL", "Kernels", "Distributions", "Inference", "SpatialExtremes", "Runs", "Plugins",
        "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
