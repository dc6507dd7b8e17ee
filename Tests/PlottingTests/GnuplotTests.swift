import Foundation
import Testing

@testable import Plotting

@Suite struct GnuplotTests {
  @Test func whereGnuplotIsMissingTheErrorSaysHowToGetIt() {
    for path in [nil, "", "/nonexistent:/proc"] as [String?] {
      #expect(throws: PlottingError.gnuplotMissing) { try Gnuplot(searchPath: path) }
    }
    #expect(
      PlottingError.gnuplotMissing.description
        == "gnuplot is not installed; run `make setup`, or install the Debian package gnuplot-nox.")
  }

  @Test func theFirstOfTheSearchPathIsTaken() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appending(path: "gnuplot").path
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = "#!/bin/sh\necho \"no licence\" >&2\nexit 3\n"
    try Data(text.utf8).write(to: URL(filePath: program))
    // A file that cannot be run is passed over.
    #expect(throws: PlottingError.gnuplotMissing) { try Gnuplot(searchPath: folder.path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let gnuplot = try Gnuplot(searchPath: "/nonexistent:\(folder.path):/usr/bin")
    #expect(gnuplot.path == program)
    let error = #expect(throws: PlottingError.self) { try Examples.bars().svg(by: gnuplot) }
    #expect(error?.description == "gnuplot did not draw the figure: no licence")
  }
}
