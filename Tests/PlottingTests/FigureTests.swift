import Foundation
import Testing

@testable import Plotting

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite(.enabled(if: Gnuplot.isInstalled, "gnuplot is not installed; skipped"))
struct FigureTests {
  @Test(arguments: 0..<4)
  func theDrawingIsXMLAndShowsEveryText(kind: Int) throws {
    let figure = try Examples.all()[kind]
    let texts = try texts(of: figure.svg())
    for label in Examples.labels[kind] {
      #expect(texts.contains(label), "\(label) in \(texts)")
    }
  }

  @Test(arguments: 0..<4)
  func gnuplotHasNothingToSay(kind: Int) throws {
    #expect(try Gnuplot().output(of: Examples.all()[kind].script).message == "")
  }

  @Test(arguments: 0..<4)
  func oneFigureIsDrawnTheSameTwice(kind: Int) throws {
    let (first, second) = (try Examples.all()[kind], try Examples.all()[kind])
    #expect(first.script == second.script)
    #expect(try first.svg() == second.svg())
  }

  @Test func everyTextIsShownAsItIsWritten() throws {
    let text = Examples.awkward
    let curves = try LinePlot(
      title: text,
      panels: [
        .init(
          title: text, xAxis: Axis(text), yAxis: Axis(text),
          series: [.init(text, x: [0, 1], y: [0, 1])])
      ])
    #expect(try texts(of: curves.svg()).count { $0 == text } == 5)
    let cells = try HeatMap(
      title: text, xAxis: Axis(text), yAxis: Axis(text), x: [0, 1], y: [0, 1],
      values: [[0, 1], [2, 3]], color: ColorScale(text))
    #expect(try texts(of: cells.svg()).count { $0 == text } == 4)
  }

  @Test func cellsOfAGridKeepTheirEdges() throws {
    let images = try Examples.sphereMap().svg().split(separator: "\n").filter {
      $0.hasPrefix("<image ")
    }
    #expect(images.count == 2)
    #expect(images.allSatisfy { $0.contains("image-rendering:pixelated") })
  }

  @Test func aPanelOfOneConstantIsDrawn() throws {
    let figure = try LinePlot(panels: [
      .init(xAxis: "x", yAxis: "y", series: [.init("", x: [1], y: [0])])
    ])
    #expect(try texts(of: figure.svg()).contains("x"))
    #expect(try !Examples.heatMap(values: [[2, 2, 2], [2, 2, 2]]).svg().isEmpty)
  }

  /// More than any pipe holds, in and out.
  @Test func aLargeFigureIsDrawn() throws {
    let x = (0..<30_000).map(Double.init)
    let figure = try LinePlot(panels: [
      .init(
        xAxis: "step", yAxis: "loss", series: [.init("loss", x: x, y: x.map { sin(1.7 * $0) })])
    ])
    #expect(try figure.svg().utf8.count > 200_000)
  }

  @Test func whatGnuplotSaysIsPartOfTheError() throws {
    struct Wrong: Figure { let script = "plot sin(\n" }
    let error = try #require(throws: PlottingError.self) { try Wrong().svg() }
    #expect(error.description.hasPrefix("gnuplot did not draw the figure: "))
    #expect(error.description.contains("invalid expression"))
    struct Empty: Figure { let script = "set terminal svg\n" }
    #expect(throws: PlottingError.gnuplotFailed(message: "it ended with status 0 and no message")) {
      try Empty().svg()
    }
  }

  private func texts(of svg: String) throws -> [String] {
    let reader = TextReader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return reader.texts
  }
}

/// The contents of all `text` elements.
private final class TextReader: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private var isText = false

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    isText = element == "text"
    if isText { texts.append("") }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if isText { texts[texts.count - 1] += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    if element == "text" { isText = false }
  }
}
