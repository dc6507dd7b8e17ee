import Foundation
import NetCDF
import TestSupport
import Testing

struct NetCDFContentTests {
  private static func example() -> NetCDFContent {
    var content = NetCDFContent(attributes: ["Conventions": "CF-1.8", "count": 3, "half": 0.5])
    content.addGroup("posterior", attributes: ["created_by": "ppl", "names": .texts(["a", "bé"])])
    content.addDimension("station", 2)
    content.addDimension("posterior/draw", 3)
    content.addVariable("station", dimensions: ["station"], texts: ["3195", "Cádiz"])
    content.addVariable(
      "posterior/mu", dimensions: ["draw", "station"], numbers: [1, 2.5, -3, 1e-300, .nan, 6],
      attributes: ["units": "degC"])
    content.addVariable("posterior/seed", dimensions: [], numbers: [7], storage: .uint64)
    return content
  }

  @Test func whatIsWrittenIsRead() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "añ#b.nc").path
      try Self.example().write(to: path)
      let file = try NetCDFFile(reading: path)
      #expect(file.format == "NetCDF-4")
      #expect(file.groups == ["posterior"])
      #expect(file.attributes.text("Conventions") == "CF-1.8")
      #expect(file.attributes.numbers("count") == [3])
      #expect(file.attributes.numbers("half") == [0.5])
      #expect(file.groupAttributes["posterior"]?.text("created_by") == "ppl")
      #expect(file.groupAttributes["posterior"]?["names"] == .texts(["a", "bé"]))
      #expect(file.dimensions.map(\.name) == ["station", "posterior/draw"])
      #expect(file.variables.map(\.name) == ["station", "posterior/mu", "posterior/seed"])
      #expect(try file.texts("station") == ["3195", "Cádiz"])
      let mu = try file.numbers("posterior/mu")
      #expect(mu.map(\.bitPattern) == [1, 2.5, -3, 1e-300, Double.nan, 6].map(\.bitPattern))
      #expect(file.variable("posterior/mu")?.shape == [3, 2])
      #expect(file.variable("posterior/mu")?.units == "degC")
      #expect(file.variable("posterior/seed")?.storage == .uint64)
      #expect(try file.numbers("posterior/seed") == [7])
    }
  }

  @Test func equalContentsGiveEqualBytes() throws {
    try withTemporaryFolder { folder in
      let places = ["a.nc", "b.nc"].map { folder.appending(path: $0) }
      for place in places { try Self.example().write(to: place.path) }
      #expect(try Data(contentsOf: places[0]) == Data(contentsOf: places[1]))
    }
  }

  /// The packed values, then what they mean: 0.1 x + 20, with -99 and what is outside [-50, 100] missing.
  @Test(arguments: [NetCDFStorage.int8, .int16, .int32, .int64, .float, .double])
  func packedValuesAreUnpacked(storage: NetCDFStorage) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "packed.nc").path
      var content = NetCDFContent()
      content.addDimension("time", 5)
      content.addVariable(
        "t", dimensions: ["time"], numbers: [0, 5, -99, 101, -50], storage: storage,
        attributes: [
          "scale_factor": 0.1, "add_offset": 20.0, "_FillValue": -99, "valid_range": [-50, 100],
        ])
      try content.write(to: path)
      let t = try NetCDFFile(reading: path).numbers("t")
      #expect(t[0] == 20 && t[1] == 20.5 && t[2].isNaN && t[3].isNaN && t[4] == 15)
    }
  }

  @Test(
    arguments: [
      ("scale_factor", "0.1", "its attribute \"scale_factor\" is the text \"0.1\", not one number"),
      ("scale_factor", [0.1, 0.2], "its attribute \"scale_factor\" is [0.1, 0.2], not one number"),
      ("add_offset", "", "its attribute \"add_offset\" is the text \"\", not one number"),
      ("valid_range", [1], "its attribute \"valid_range\" is [1.0], not two numbers"),
      ("missing_value", "NA", "its attribute \"missing_value\" is the text \"NA\", not numbers"),
    ] as [(String, NetCDFAttributes.Value, String)])
  func anAttributeOfTheWrongKindIsRefusedByName(
    name: String, value: NetCDFAttributes.Value, found: String
  ) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "packed.nc").path
      var content = NetCDFContent()
      content.addDimension("time", 2)
      content.addVariable(
        "t", dimensions: ["time"], numbers: [0, 5], storage: .int16, attributes: [name: value])
      try content.write(to: path)
      let file = try NetCDFFile(reading: path)
      let error = #expect(throws: NetCDFError.self) { try file.numbers("t") }
      #expect(error?.found == found)
    }
  }

  @Test(arguments: NetCDFStorage.allCases.filter { $0.isNumeric })
  func largestAndSmallestValuesAreKept(storage: NetCDFStorage) throws {
    let range: [Double] =
      switch storage {
      case .int8: [-128, 127]
      case .uint8: [0, 255]
      case .int16: [-32768, 32767]
      case .uint16: [0, 65534]
      case .int32: [-2_147_483_648, 2_147_483_647]
      case .uint32: [0, 4_294_967_294]
      case .int64: [-9_007_199_254_740_992, 9_007_199_254_740_992]
      case .uint64: [0, 9_007_199_254_740_992]
      default: [-1.5e30, .infinity]
      }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "range.nc").path
      var content = NetCDFContent()
      content.addDimension("end", 2)
      content.addVariable("x", dimensions: ["end"], numbers: range, storage: storage)
      try content.write(to: path)
      let read = try NetCDFFile(reading: path).numbers("x")
      // -1.5e30 has no exact `Float`.
      let tolerance = storage == .float ? 1e-7 * 1.5e30 : 0
      #expect(abs(read[0] - range[0]) <= tolerance && read[1] == range[1])
    }
  }

  @Test func contradictionsAreRefusedAndLeaveNoFile() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "wrong.nc")
      func refusal(_ change: (inout NetCDFContent) -> Void) -> NetCDFError? {
        var content = Self.example()
        change(&content)
        let error = #expect(throws: NetCDFError.self) { try content.write(to: place.path) }
        #expect(!FileManager.default.fileExists(atPath: place.path))
        return error
      }
      #expect(
        refusal { $0.addVariable("x", dimensions: ["year"], numbers: [1]) }?.found
          == "there is no dimension \"year\" in its group or around it")
      #expect(
        refusal { $0.addVariable("x", dimensions: ["draw"], numbers: [1]) }?.found
          == "there is no dimension \"draw\" in its group or around it")
      #expect(
        refusal { $0.addVariable("x", dimensions: ["station"], numbers: [1]) }?.found
          == "it has 1 values, but its dimensions [station] hold 2")
      #expect(
        refusal { $0.addVariable("x", dimensions: [], numbers: [1.5], storage: .int32) }?.found
          == "the type int32 cannot hold 1.5")
      #expect(
        refusal { $0.addVariable("x", dimensions: [], numbers: [.nan], storage: .int8) }?.found
          == "the type int8 cannot hold nan")
      #expect(
        refusal { $0.addVariable("station", dimensions: [], numbers: [1]) }?.found
          == "there are two of the variable \"station\"")
      #expect(
        refusal { $0.addVariable("posterior//x", dimensions: [], numbers: [1]) }?.found
          == "\"posterior//x\" is not the name of a variable")
      #expect(
        refusal { $0.addDimension("time", 0) }?.found == "the dimension \"time\" has the length 0")
    }
    let nowhere = #expect(throws: NetCDFError.self) {
      try Self.example().write(to: "/nowhere/a.nc")
    }
    #expect(nowhere?.found.hasPrefix("it cannot be written") == true)
  }
}
