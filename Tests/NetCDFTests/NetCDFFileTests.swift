import Foundation
import NetCDF
import Tables
import TestSupport
import Testing

/// Files of all formats against what netCDF4-python reads from them.
@Suite(.enabled(if: SharedFiles.isThere, "\(SharedFiles.reason)"))
struct NetCDFFileTests {
  @Test func everyVariableIsWhatNetCDF4PythonReads() throws {
    let expected = try CSVTable(contentsOf: SharedFiles.folder.appending(path: "expected.csv"))
    func column(_ name: String) throws -> CSVTable.Column { try expected.requireColumn(name) }
    var count = 0
    for row in expected.rows {
      let file = try NetCDFFile(
        reading: SharedFiles.path(expected.text(row, try column("file"))))
      let name = expected.text(row, try column("variable"))
      let place = "\(file.path) \(name)"
      let variable = try #require(file.variable(name), "\(place)")
      let shape = variable.shape.map(String.init).joined(separator: "x")
      #expect(
        variable.dimensions.joined(separator: "x") == expected.text(row, try column("dimensions")))
      #expect(shape == expected.text(row, try column("shape")), "\(place)")
      #expect(variable.units ?? "" == expected.text(row, try column("units")), "\(place)")
      guard variable.storage != .char else { continue }
      let values = try file.numbers(name)
      let valid = values.filter { !$0.isNaN }
      #expect(valid.count == (try expected.int(row, try column("n_valid"))), "\(place)")
      // The table has nine digits.
      func agrees(_ x: Double, _ name: String) throws {
        let y = try expected.double(row, try column(name))
        #expect(abs(x - y) <= 1e-6 * max(1, abs(y)), "\(place) \(name)")
      }
      if expected.text(row, try column("first_value")) == "missing" {
        #expect(values[0].isNaN, "\(place)")
      } else {
        try agrees(values[0], "first_value")
      }
      try agrees(try #require(valid.min()), "min")
      try agrees(try #require(valid.max()), "max")
      try agrees(valid.reduce(0, +) / Double(valid.count), "mean")
      count += 1
    }
    #expect(count > 40)
  }

  @Test(arguments: [
    ("spain_txx_classic.nc", "CDF-1"), ("spain_txx_64bit_offset.nc", "CDF-2"),
    ("spain_txx_cdf5.nc", "CDF-5"), ("spain_txx_netcdf4.nc", "NetCDF-4"),
  ])
  func theSamePanelIsReadFromEveryFormat(name: String, format: String) throws {
    let file = try NetCDFFile(reading: SharedFiles.path(name))
    let reference = try NetCDFFile(reading: SharedFiles.path("spain_txx_classic.nc"))
    #expect(file.format == format)
    #expect(try file.texts("station_id") == reference.texts("station_id"))
    #expect(try file.texts("station_id").first?.isEmpty == false)
    #expect(
      try file.texts("station_name").contains {
        $0.contains("Ñ") || $0.contains("ñ") || $0.contains("A")
      })
    let (a, b) = (try file.numbers("txx"), try reference.numbers("txx"))
    #expect(zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
  }

  @Test func errorsNameTheVariableAndTheRemedy() throws {
    let file = try NetCDFFile(reading: SharedFiles.path("cf_timeseries_example.nc"))
    let absent = #expect(throws: NetCDFError.self) { try file.numbers("tmax") }
    #expect(
      absent?.description.hasSuffix(
        "variable \"tmax\": it is not in the file; name one of num, time, pr, lat, lon, alt.")
        == true)
    let numeric = #expect(throws: NetCDFError.self) { try file.texts("pr") }
    #expect(numeric?.found == "its values are of type float")
    let panel = try NetCDFFile(reading: SharedFiles.path("spain_txx_classic.nc"))
    let text = #expect(throws: NetCDFError.self) { try panel.numbers("station_id") }
    #expect(text?.remedy == "read it by texts(_:)")
  }

  /// One wrong bit in the list of links of the root crashes HDF5 1.10.8, which must not end this process.
  @Test(arguments: [(16639, 7), (5534, 4)])
  func aWrongBitInTheLinksOfAGroupIsRefused(byte: Int, bit: Int) throws {
    try withTemporaryFolder { folder in
      var data = try Data(contentsOf: URL(filePath: SharedFiles.path("spain_txx_netcdf4.nc")))
      data[byte] ^= 1 << UInt8(bit)
      let place = folder.appending(path: "flipped.nc")
      try data.write(to: place)
      let error = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: place.path) }
      #expect(error?.remedy.contains("damaged or incomplete") == true)
    }
  }

  @Test func threadsMayShareAFile() async throws {
    let file = try NetCDFFile(reading: SharedFiles.path("spain_txx_netcdf4.nc"))
    let sums = try await withThrowingTaskGroup(of: Double.self) { group in
      for _ in 0..<8 {
        group.addTask { try file.numbers("txx").filter { !$0.isNaN }.reduce(0, +) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(sums).count == 1)
  }
}

struct NetCDFFileErrorTests {
  @Test func whatIsNoNetCDFFileIsRefused() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "a.nc")
      let absent = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: place.path) }
      #expect(absent?.found == "there is no such file")
      let isFolder = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: folder.path) }
      #expect(isFolder?.found == "this is a folder")
      try Data().write(to: place)
      let empty = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: place.path) }
      #expect(empty?.found == "the file is empty")
      try Data("station_id,year\n".utf8).write(to: place)
      let text = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: place.path) }
      #expect(text?.description.contains("it begins with neither CDF nor HDF") == true)
      try Data([0x43, 0x44, 0x46, 1, 0, 0]).write(to: place)
      let short = #expect(throws: NetCDFError.self) { try NetCDFFile(reading: place.path) }
      #expect(short?.remedy.contains("damaged or incomplete") == true)
    }
  }
}
