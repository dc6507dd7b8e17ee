import Assimilation
import CommandTestSupport
import Foundation
import LinearAlgebra
import NetCDF
import PPL
import Plugins
import SpectralFields
import SpectrumEstimator
import Tables
import TestSupport
import Testing

@testable import LSEF

/// An ensemble of a simulated sphere in files, with a network for its grid.
struct SimulatedSphere {
  let folder: URL
  let sphere = Sphere(latitudes: 13, maximumWavenumber: 11)
  let truth: LocalSpectra
  /// The ensemble, `[N, n]`, in K about 280 K.
  let members: Matrix
  static let registry: PluginRegistry = {
    var registry = PluginRegistry()
    registry.register(LSEF())
    return registry
  }()

  /// The folder of a network for the grid, trained once.
  static let network = Result<URL, any Error> {
    let folder = FileManager.default.temporaryDirectory.appending(path: "net-\(UUID().uuidString)")
    let result = command(
      [
        "lsef", "train", "--grid", "sphere:13", "--members", "12", "--replicates", "100",
        "--epochs", "4", "--output", folder.path, "--threads", "1",
      ], registry)
    try #require(result.status == 0, "\(result.errors)")
    return folder
  }

  init(members count: Int = 12, trains: Bool = true) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var truth = ParametricTruth.sphere(sphere)
    truth.parameters.deviation = .init(median: 20, lowest: 4)
    let drawn = try DrawnEnsemble(truth, members: count, keys: RandomKey(3).split(2))
    self.truth = drawn.model.spectra
    var members = drawn.members
    members.withMutableScalars { values in for k in values.indices { values[k] += 280 } }
    self.members = members
    try write("ensemble.csv", rows())
    guard trains else { return }
    try FileManager.default.copyItem(at: Self.network.get(), to: folder.appending(path: "network"))
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }
  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
  func remove() { try? FileManager.default.removeItem(at: folder) }
  func run(_ arguments: [String]) -> CommandResult { command(["lsef"] + arguments, Self.registry) }

  /// The table of the ensemble: a pole at every longitude.
  func rows(
    members count: Int? = nil, unit: String = "K", west: Int = 0,
    changing change: (Int, Int, Double) -> String = { "\($2)" }
  ) -> String {
    var text = "member,latitude,longitude,value,unit\n"
    for member in 0..<(count ?? members.rows) {
      for (i, ring) in sphere.rings.enumerated() {
        for j in 0..<24 {
          let point = ring.count == 1 ? ring.lowerBound : ring.lowerBound + j
          let value = change(member, point, members[member, point])
          text += "\(member + 1),\(90 - 15 * i),\((15 * j - west) % 360 + west),\(value),\(unit)\n"
        }
      }
    }
    return text
  }

  static let observations =
    "latitude,longitude,value,variance,unit\n45,0,300,4,K\n-30,90,270,1,K\n15,180,290,2,K\n"

  /// The analysis of `observations` by the library, a pole at every longitude: mean as background, W from the network's spectra.
  func analysisByTheLibrary() throws -> [Double] {
    let network = try SpectrumNetworkFiles.read(from: URL(filePath: path("network"))).network
    let bank = FilterBank.sphere(11)
    let prior = try SquareRootCovariance(
      estimatedFrom: LocalSpectrumEstimate.perturbations(of: members, bank: bank), on: sphere,
      by: network, bank: bank, interpolates: false)
    // Rings of 24 points by 15 degrees: 45 N is ring 3, 30 S ring 8, 15 N ring 5 with 180 E its 13th point.
    let points = [
      sphere.rings[3].lowerBound, sphere.rings[8].lowerBound + 6, sphere.rings[5].lowerBound + 12,
    ]
    let observations = try Observations(
      points: points, values: [300, 270, 290], variances: [4, 1, 2])
    let analysis = try observations.analysis(prior: prior, background: members.columnMeans)
    return sphere.latitudeRows(of: analysis).flatMap(\.self)
  }

  /// The fraction of the true modal spectra within the intervals of a file, whose latitudes go southward.
  func shareOfTruths(within file: NetCDFFile) throws -> Double {
    let (low, high) = try (
      file.numbers("modal_spectrum_q05"), file.numbers("modal_spectrum_q95")
    )
    var (inside, at) = (0, 0)
    for l in 0..<12 {
      let truth = sphere.latitudeRows(of: (0..<sphere.pointCount).map { self.truth.modal[$0, l] })
      for value in truth.joined() {
        if value >= low[at] && value <= high[at] { inside += 1 }
        at += 1
      }
    }
    return Double(inside) / Double(at)
  }

  var input: [String] { ["--ensemble", path("ensemble.csv"), "--network", path("network")] }
}

@Suite(.serialized) struct ToolTests {
  /// 12 epochs of a small sample state a wide error, which holds for another truth of the kind: 90 % nominal, with points
  /// that are correlated.
  @Test func spectraAreWithinTheStatedErrorAndFilesHaveThem() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    let out = sphere.path("spectra")
    let result = sphere.run(
      ["spectra"] + sphere.input + ["--at", "Madrid=40.4,-3.7", "--output", out, "--report"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("Local spectra of 12 members of value on a sphere of 13 latitudes"))
    let file = try NetCDFFile(reading: out + "/spectra.nc")
    let share = try sphere.shareOfTruths(within: file)
    #expect(share > 0.8, "\(share)")
    let variance = try file.numbers("variance")
    #expect(variance.allSatisfy { $0 > 0 } && file.variable("variance")?.units == "K2")
    // The row of the covariance at Madrid has the variance of its grid point, 45 N 0 E, there.
    let table = try CSVTable(contentsOf: URL(filePath: out + "/covariances.csv"))
    let (lat, lon, value) = try (
      table.requireColumn("latitude"), table.requireColumn("longitude"),
      table.requireColumn("value")
    )
    let row = try #require(
      table.rows.first {
        table.text($0, lat) == "45.0" && ["0.0", "360.0"].contains(table.text($0, lon))
      })
    #expect(abs(try table.double(row, value) / variance[3 * 24] - 1) < 1e-12)
    for name in ["report.html", "maps.csv", "run.json", "results.json", "captions.json"] {
      #expect(FileManager.default.fileExists(atPath: out + "/" + name), "\(name)")
    }
  }

  @Test func theAnalysisIsThatOfTheLibrary() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    try sphere.write("observations.csv", SimulatedSphere.observations)
    let out = sphere.path("analysis")
    let result = sphere.run(
      ["analyse"] + sphere.input + [
        "--observations", sphere.path("observations.csv"), "--output", out, "--seed", "5",
      ])
    #expect(result.status == 0, "\(result.errors)")
    let file = try NetCDFFile(reading: out + "/analysis.nc")
    expectClose(
      try file.numbers("analysis"), try sphere.analysisByTheLibrary(), relative: 1e-12)
    #expect(try file.numbers("analysis_member").count == 12 * 13 * 24)
    // Members are drawn towards the observations: the spread falls at an observed point.
    let before = try file.numbers("background_spread")[3 * 24]
    #expect(try file.numbers("analysis_spread")[3 * 24] < before)
  }

  @Test(.enabled(if: PythonOfTool.path != nil, "no Python with xarray: PPL_PYTHON_TESTS"))
  func xarrayFilesGiveTheSpectraAndTheAnalysisOfTheLibrary() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    try sphere.write("observations.csv", SimulatedSphere.observations)
    let process = Process()
    process.executableURL = URL(filePath: try #require(PythonOfTool.path))
    process.arguments = [PythonOfTool.script, sphere.folder.path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    for (kind, name) in [("csv", "a"), ("nc", "b")] {
      let result = sphere.run([
        "spectra", "--ensemble", sphere.path("ensemble.\(kind)"), "--network",
        sphere.path("network"), "--output", sphere.path(name),
      ])
      #expect(result.status == 0, "\(result.errors)")
    }
    let files = try ["a", "b"].map { try NetCDFFile(reading: sphere.path($0) + "/spectra.nc") }
    expectClose(
      try files[0].numbers("modal_spectrum"), try files[1].numbers("modal_spectrum"),
      relative: 1e-12)
    #expect(files[1].variable("modal_spectrum")?.units == "K2")
    let share = try sphere.shareOfTruths(within: files[1])
    #expect(share > 0.8, "\(share)")
    let analysis = sphere.run([
      "analyse", "--ensemble", sphere.path("ensemble.nc"), "--network", sphere.path("network"),
      "--observations", sphere.path("observations.nc"), "--output", sphere.path("c"),
    ])
    #expect(analysis.status == 0, "\(analysis.errors)")
    expectClose(
      try NetCDFFile(reading: sphere.path("c") + "/analysis.nc").numbers("analysis"),
      try sphere.analysisByTheLibrary(), relative: 1e-12)
  }

  @Test func oneNetworkServesFieldsOfAnyUnit() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    try sphere.write("milli.csv", sphere.rows(unit: "mK") { "\(1000 * $2)" })
    for (file, name) in [("ensemble", "a"), ("milli", "b")] {
      let result = sphere.run([
        "spectra", "--ensemble", sphere.path("\(file).csv"), "--network", sphere.path("network"),
        "--output", sphere.path(name),
      ])
      #expect(result.status == 0, "\(result.errors)")
    }
    let files = try ["a", "b"].map { try NetCDFFile(reading: sphere.path($0) + "/spectra.nc") }
    expectClose(
      try files[1].numbers("variance"), try files[0].numbers("variance").map { 1e6 * $0 },
      relative: 1e-9)
    expectClose(
      try files[1].numbers("length_scale"), try files[0].numbers("length_scale"), relative: 1e-9)
  }

  /// Places between grid points, in other units: the analysis is that of a dense H in the unit of the ensemble.
  @Test func observationsBetweenPointsAreThoseOfADenseOperator() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    // 26.85 degC is 300 K. Weights by hand: rings of 24 points by 15 degrees, 37.5 N 3.75 E between rings 3 and 4.
    try sphere.write(
      "o.csv",
      "latitude,longitude,value,variance,unit\n37.5,3.75,26.85,4,degC\n45,-15,280,1,K\n82.5,0,290,2,kelvin\n"
    )
    let out = sphere.path("out")
    let result = sphere.run(
      ["analyse"] + sphere.input + ["--observations", sphere.path("o.csv"), "--output", out])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.contains("--observations is converted from degC to K, times 1 plus 273.15"))
    let grid = sphere.sphere
    let network = try SpectrumNetworkFiles.read(from: URL(filePath: sphere.path("network"))).network
    let estimate = try LocalSpectrumEstimate(
      of: sphere.members, on: grid, by: network,
      SpectrumNetworkFiles.read(from: URL(filePath: sphere.path("network"))).provenance.calibration)
    let W = try estimate.model().squareRoot()
    let (north, south) = (grid.rings[3].lowerBound, grid.rings[4].lowerBound)
    var H = Matrix(rows: 3, columns: grid.pointCount)
    for (start, weight) in [(north, 0.5), (south, 0.5)] {
      (H[0, start], H[0, start + 1]) = (0.75 * weight, 0.25 * weight)
    }
    H[1, north + 23] = 1
    (H[2, 0], H[2, grid.rings[1].lowerBound]) = (0.5, 0.5)
    let mean = sphere.members.columnMeans
    let G = Matrix.product(H, W)
    var C = Matrix.product(G, G, transposingSecond: true)
    C.addToDiagonal([4, 1, 2])
    let innovations = zip([300, 280, 290], H.multiplied(by: mean)).map { $0 - $1 }
    let weights = try CholeskyFactor(factoring: C).solving(innovations)
    let increment = W.multiplied(by: G.transposeMultiplied(by: weights))
    let file = try NetCDFFile(reading: out + "/analysis.nc")
    expectClose(
      try file.numbers("analysis"),
      grid.latitudeRows(of: zip(mean, increment).map(+)).flatMap(\.self), relative: 1e-12)
    let table = try CSVTable(contentsOf: URL(filePath: out + "/observations.csv"))
    let column = try table.requireColumn("innovation")
    expectClose(try table.rows.map { try table.double($0, column) }, innovations, relative: 1e-9)
  }

  @Test func netCDFObservationsGiveTheAnalysisOfTheTable() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    try sphere.write(
      "o.csv", "latitude,longitude,value,variance\n40,10,281,4\n-20,200,279,2.25\n")
    func write(error: String, _ errors: [Double], unit: String) throws {
      var content = NetCDFContent()
      content.addDimension("obs", 2)
      for (name, numbers, unit) in [
        ("lat", [40.0, -20], "degrees_north"), ("lon", [10.0, 200], "degrees_east"),
        ("value", [281e3, 279e3], "mK"), (error, errors, unit),
      ] {
        content.addVariable(
          name, dimensions: ["obs"], numbers: numbers, attributes: ["units": .text(unit)])
      }
      try content.write(to: sphere.path("\(error)-\(unit).nc"))
    }
    func analysis(_ name: String) throws -> [Double] {
      let result = sphere.run(
        ["analyse"] + sphere.input + [
          "--observations", sphere.path(name), "--output", sphere.path(name) + ".out",
        ])
      #expect(result.status == 0, "\(result.errors)")
      return try NetCDFFile(reading: sphere.path(name) + ".out/analysis.nc").numbers("analysis")
    }
    try write(error: "standard_error", [2, 1.5], unit: "K")
    try write(error: "variance", [4e6, 2.25e6], unit: "mK2")
    try write(error: "variance", [4, 2.25], unit: "Pa2")
    let expected = try analysis("o.csv")
    expectClose(try analysis("standard_error-K.nc"), expected, relative: 1e-12)
    expectClose(try analysis("variance-mK2.nc"), expected, relative: 1e-12)
    let result = sphere.run(
      ["analyse"] + sphere.input + ["--observations", sphere.path("variance-Pa2.nc")])
    #expect(
      result.status == 2
        && result.errors.contains(
          "its unit is \"Pa2\", and that of \"value\" is \"mK\"; give the variance in the squared"),
      "\(result.errors)")
  }

  @Test(arguments: [
    (
      ["lon", "value", "variance"], [2.0, 3],
      "there is no variable of the latitude; give one of the name"
    ),
    (
      ["lat", "lon", "value"], [2, 3],
      "there is no variable of the error variance; give one of the name"
    ),
    (
      ["lat", "lon", "variance"], [2, 3], "there is no variable of the values; give one of the name"
    ),
    (
      ["lat", "lon", "value", "variance"], [2, .nan],
      "observation 2: the value is missing or not finite"
    ),
  ])
  func netCDFObservationsThatLackSomethingAreNamed(
    _ names: [String], _ values: [Double], _ message: String
  ) throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    var content = NetCDFContent()
    content.addDimension("obs", 2)
    for name in names {
      content.addVariable(
        name, dimensions: ["obs"], numbers: name == "value" ? values : [1, 2])
    }
    try content.write(to: sphere.path("o.nc"))
    let result = sphere.run(["analyse"] + sphere.input + ["--observations", sphere.path("o.nc")])
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
  }

  @Test func longitudesMayBeginAnywhere() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    try sphere.write("west.csv", sphere.rows(west: -180))
    for name in ["ensemble", "west"] {
      let result = sphere.run([
        "spectra", "--ensemble", sphere.path("\(name).csv"), "--network", sphere.path("network"),
        "--output", sphere.path(name),
      ])
      #expect(result.status == 0, "\(result.errors)")
    }
    let files = try ["ensemble", "west"].map {
      try NetCDFFile(reading: sphere.path($0) + "/spectra.nc")
    }
    #expect(try files[1].numbers("longitude").first == -180)
    let (a, b) = (try files[0].numbers("variance"), try files[1].numbers("variance"))
    // The same longitudes are half a ring apart.
    let turned = (0..<13).flatMap { i in (0..<24).map { a[24 * i + ($0 + 12) % 24] } }
    expectClose(b, turned, relative: 1e-9)
    let scripts = ["svg", "gnuplot"].compactMap {
      try? String(contentsOfFile: sphere.path("west") + "/variance.\($0)", encoding: .utf8)
    }
    #expect(!scripts.isEmpty)
  }

  /// Latitudes in the middles of steps: the network of the grid with poles serves the same wavenumbers.
  @Test func gridsWithoutPolesHaveTheSpectraOfTheLibrary() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    let grid = Sphere(latitudes: 12, maximumWavenumber: 11, hasPoles: false)
    let model = try ConvolutionModel(
      LocalSpectra(stationary: (0...11).map { exp(-Double($0) / 3) }, points: grid.pointCount),
      on: grid)
    let members = model.sample(count: 12, key: RandomKey(8))
    var text = "member,latitude,longitude,value\n"
    for m in 0..<12 {
      for i in 0..<12 {
        for j in 0..<24 {
          text +=
            "\(m),\(82.5 - 15 * Double(i)),\(7.5 + 15 * Double(j)),\(members[m, 24 * i + j])\n"
        }
      }
    }
    try sphere.write("cells.csv", text)
    let result = sphere.run([
      "spectra", "--ensemble", sphere.path("cells.csv"), "--network", sphere.path("network"),
      "--output", sphere.path("out"),
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("sphere of 12 latitudes without poles, wavenumbers to 11"))
    let file = try NetCDFFile(reading: sphere.path("out") + "/spectra.nc")
    #expect(try file.numbers("latitude").first == 82.5 && file.numbers("latitude").count == 12)
    let (network, provenance) = try SpectrumNetworkFiles.read(
      from: URL(filePath: sphere.path("network")))
    let estimate = try LocalSpectrumEstimate(
      of: members, on: grid, by: network, provenance.calibration)
    expectClose(try file.numbers("variance"), estimate.scales.variances, relative: 1e-9)
    // Across the pole: 90 N is between the nearest points of opposite longitudes.
    try sphere.write("o.csv", "latitude,longitude,value,variance\n90,7.5,1,1\n")
    let analysis = sphere.run([
      "analyse", "--ensemble", sphere.path("cells.csv"), "--network", sphere.path("network"),
      "--observations", sphere.path("o.csv"), "--output", sphere.path("a"),
    ])
    #expect(analysis.status == 0, "\(analysis.errors)")
    let table = try CSVTable(contentsOf: URL(filePath: sphere.path("a") + "/observations.csv"))
    let mean = members.columnMeans
    expectClose(
      [try table.double(0, table.requireColumn("innovation"))], [1 - (mean[0] + mean[12]) / 2],
      relative: 1e-9)
  }

  @Test func mistakesInFilesAreNamed() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    func spectra(_ text: String, _ message: String, at: [String] = []) throws {
      try sphere.write("bad.csv", text)
      let result = sphere.run(
        ["spectra", "--ensemble", sphere.path("bad.csv"), "--network", sphere.path("network")] + at)
      #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    }
    try spectra(
      sphere.rows { $0 == 2 && $1 == 5 ? "" : "\($2)" },
      "\"value\" is missing or not finite for member 3 at latitude 75.0, longitude 60.0; fill the gap"
    )
    let one = sphere.rows().split(separator: "\n").filter {
      $0.hasPrefix("m") || $0.hasPrefix("1,")
    }
    try spectra(one.joined(separator: "\n"), "there is one member, which has no spread")
    // A member without its northernmost and southernmost rows is on no grid of equal steps.
    let noPoles = sphere.rows().split(separator: "\n").filter { !$0.contains(",90,") }
    try spectra(noPoles.joined(separator: "\n"), "interpolate to equal steps from pole to pole")
    let half = sphere.rows().split(separator: "\n").filter { !$0.contains(",345,") }
    try spectra(half.joined(separator: "\n"), "there are 23 longitudes")
    try spectra(
      one.dropLast().joined(separator: "\n"), "give one row for each member and point of the grid")
    var line = "member,x,value\n"
    for m in 1...3 { for x in 0..<20 { line += "\(m),\(x),\(x * m % 7)\n" } }
    try spectra(line, "is of a sphere of 13 latitudes, wavenumbers to 11, but")
    try spectra(
      sphere.rows { _, _, _ in "280" }, "the members are equal at latitude 90, longitude 0")
    try spectra(
      sphere.rows(), "--at is \"Madrid=95,0\", but must be latitude in degrees_north",
      at: ["--at", "Madrid=95,0"])
  }

  @Test func observationsAndBackgroundsThatDoNotFitAreRefused() throws {
    let sphere = try SimulatedSphere()
    defer { sphere.remove() }
    let header = "latitude,longitude,value,variance,unit\n"
    func analyse(_ observations: String, background: String? = nil, _ message: String) throws {
      try sphere.write("o.csv", observations)
      try background.map { try sphere.write("background.csv", $0) }
      let result = sphere.run(
        ["analyse"] + sphere.input + ["--observations", sphere.path("o.csv")]
          + (background == nil ? [] : ["--background", sphere.path("background.csv")]))
      #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    }
    try analyse(
      header + "45,0,300,4,hPa\n",
      "--observations is in \"hPa\", which cannot be converted to \"K\" of --ensemble; give the same"
    )
    try analyse(header + "45,0,300,0,K\n", "the variance of the error is 0.0; give a positive")
    try analyse(
      header + "95,0,300,1,K\n",
      "the latitude is 95.0 and the longitude is 0.0; give latitudes from -90")
    try analyse(header, "there is no observation")
    try analyse(
      header + "45,0,300,4,K\n", background: sphere.rows(members: 1, unit: "m/s"),
      "--background is in \"m/s\", which cannot be converted to \"K\"")
    try analyse(
      header + "45,0,300,4,K\n", background: sphere.rows(),
      "there are 12 members; give one field, or leave out --background")
    var line = "x,value\n"
    for x in 0..<20 { line += "\(x),1\n" }
    try analyse(
      header + "45,0,300,4,K\n", background: line, "--background is on another grid than --ensemble"
    )
  }

  @Test func helpListsTheToolsAndMistakesInFlagsAreNamed() throws {
    let registry = SimulatedSphere.registry
    #expect(command(["lsef", "--help"], registry).output.contains("spectra"))
    #expect(command(["--help"], registry).output.contains("lsef analyse: "))
    #expect(command(["lsef", "spectra", "--help"], registry).output.contains("--at <name=place>"))
    let unknown = command(["lsef", "spectrum"], registry)
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("lsef has no command \"spectrum\"; there are: \"spectra\""))
    for (flags, message) in [
      (["--grid", "torus:4"], "--grid is torus:4, but must be sphere:K"),
      ([], "give one of --like and --grid"),
      (["--grid", "circle:60", "--model", "dsadm", "--archive", "a.nc"], "give one of them"),
      (
        ["--grid", "circle:60", "--model", "era5"],
        "--model is era5, but must be one of dsadm, lorenz-96,"
      ),
      (["--grid", "cells:3"], "cells:K with 4 to 180"),
      (
        ["--grid", "circle:60", "--archive", "a.nc", "--check", "3"],
        "--check does not apply to --archive"
      ),
    ] {
      let result = command(["lsef", "train"] + flags, registry)
      #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }
    let other = command(["lsef", "train", "--grid", "circle:60", "--model", "dsadm"], registry)
    #expect(
      other.status == 2
        && other.errors.contains(
          "--model dsadm is on a circle of 120 points, but the grid is a circle of 60 points; give --grid circle:120."
        ), "\(other.errors)")
    for (flags, message) in [
      (
        [],
        "give --network, the folder of \"ppl lsef train --like a.nc --output DIR\", or --train 40"
      ),
      (["--network", "n", "--train", "4"], "--network and --train both give the network"),
      (["--train", "0"], "--train is 0, but must be from 1 to 1000000"),
      (["--network", "n", "--output", "o", "--resume"], "--resume does not apply to this command"),
    ] {
      let result = command(["lsef", "spectra", "--ensemble", "a.nc"] + flags, registry)
      #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }
  }
}

/// The Python that writes files with xarray: that of $PPL_PYTHON_TESTS, or of a venv in .build.
enum PythonOfTool {
  private static var root: URL {
    (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
  }
  static var script: String { root.appending(path: "Tests/python/simulated_sphere.py").path }
  static var path: String? {
    [
      ProcessInfo.processInfo.environment["PPL_PYTHON_TESTS"],
      root.appending(path: ".build/python-tests/bin/python").path,
    ].compactMap(\.self).first(where: FileManager.default.isExecutableFile(atPath:))
  }
}
