import Foundation
import Testing

@testable import Runs

private let svg = """
  <?xml version="1.0" encoding="utf-8"?>
  <svg width="100" height="50" xmlns="http://www.w3.org/2000/svg">
  <title>Gnuplot</title>
  <defs><circle id='gpDot' r='0.5'/></defs>
  <use xlink:href='#gpDot' clip-path="url(#gpDot)"/>
  <image xlink:href="data:image/png;base64,AAAA"/><text>x &lt; 1</text>
  </svg>
  """

private func figure(_ svg: String?) -> ReportFigure {
  ReportFigure(name: "map", title: "Map", caption: "Rates, °C.", svg: svg)
}

/// The page of a report: what it shows, and what it refuses to carry.
@Suite struct ReportPageTests {
  @Test func everyTextIsEscaped() {
    let name = "<b>\"Llanes\" & 'Ría'</b>"
    let page = ReportPage(
      title: name,
      sections: [
        ReportSection(
          name,
          [
            .paragraph(name), .list([name]), .verdict(name, isGood: true), .printed(name),
            .table(ReportTable(name, header: [name, "b"], rows: [[name, name]])),
            .figure(ReportFigure(name: name, title: name, caption: name, svg: svg)),
          ])
      ], footer: name)
    #expect(!page.html.contains("<b>") && !page.html.contains("\"Llanes\""))
    let escaped = "&lt;b&gt;&quot;Llanes&quot; &amp; &#39;Ría&#39;&lt;/b&gt;"
    #expect(page.html.components(separatedBy: escaped).count - 1 >= 14)
  }

  @Test func thePageIsOneFileThatLoadsNothing() {
    let page = ReportPage(
      title: "a", sections: [ReportSection("b", [.figure(figure(svg)), .printed("c")])])
    for word in ["<script", "<link", "src=", "@import", "http://www.example"] {
      #expect(!page.html.contains(word), "\(word)")
    }
    #expect(page.html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.html.contains("name=\"viewport\""))
    #expect(page.html.contains("color-scheme: light"))
    #expect(page.html.contains("@page { size: A4;"))
  }

  @Test func tablesHaveCaptionsScopesAndBoxesOfTheirOwn() {
    let table = ReportTable("Levels", header: ["station", "level"], rows: [["a", "1.5"], ["b"]])
    let html = ReportPage(title: "a", sections: [ReportSection("b", [.table(table)])]).html
    #expect(html.contains("<caption id=\"s1-1\">Levels</caption>"))
    #expect(html.contains("<div class=\"box\" role=\"region\" aria-labelledby=\"s1-1\""))
    #expect(html.contains("<th scope=\"col\">station</th><th scope=\"col\" class=\"n\">level</th>"))
    #expect(html.contains("<th scope=\"row\" class=\"s\">a</th><td class=\"n\">1.5</td>"))
    // A short row is filled up.
    #expect(html.contains("<th scope=\"row\" class=\"s\">b</th><td class=\"n\"></td>"))
  }

  @Test func aPrintedTableIsTheSameTableOfAReport() {
    var text = TextTable([.leading(10), .trailing(8)])
    text.append(["", "mean"])
    text.append(["mu", "4.58"])
    text.append(line: "of 2 draws")
    let table = ReportTable("Parameters", text)
    #expect(table.header == ["", "mean"] && table.rows == [["mu", "4.58"]])
    #expect(table.note == "of 2 draws")
  }

  @Test func longTablesAreCutWithASentence() {
    let table = ReportTable("a", header: ["b"], rows: (0..<30).map { ["\($0)"] })
    let cut = table.first(20, allIn: "scores.csv")
    #expect(cut.rows.count == 20)
    #expect(cut.note == "The first 20 of 30 rows; all are in scores.csv.")
    #expect(table.first(30, allIn: "scores.csv") == table)
  }

  @Test func aDrawingIsInlinedWithIdentifiersAndALabelOfItsOwn() throws {
    let drawing = try #require(InlinedSVG(svg, prefix: "s1-2", label: "A & B")).text
    #expect(drawing.contains("viewBox=\"0 0 100.0 50.0\" role=\"img\" aria-label=\"A &amp; B\""))
    #expect(drawing.contains("id=\"s1-2-gpDot\"") && drawing.contains("href=\"#s1-2-gpDot\""))
    #expect(drawing.contains("url(#s1-2-gpDot)"))
    #expect(drawing.contains("data:image/png;base64,AAAA") && drawing.contains("x &lt; 1"))
    #expect(!drawing.contains("Gnuplot") && !drawing.contains("<?xml"))
  }

  @Test(arguments: [
    "<svg width='1' height='1'><script>alert(1)</script></svg>",
    "<svg width='1' height='1'><g onload='x'/></svg>",
    "<svg width='1' height='1'><image href='http://example.org/a.png'/></svg>",
    "<svg width='1' height='1'><g fill='url(http://example.org/a)'/></svg>",
    "<svg width='1' height='1'><style>@import 'a.css'</style></svg>",
    "<svg width='1' height='1'><a href='javascript:x'/></svg>",
    "<svg width='1' height='1'><g", "<svg><g/></svg>", "no drawing", "",
  ])
  func aDrawingThatCouldLoadOrRunSomethingIsRefused(text: String) {
    #expect(InlinedSVG(text, prefix: "a", label: "b") == nil)
    let page = ReportPage(title: "a", sections: [ReportSection("b", [.figure(figure(text))])])
    #expect(page.html.contains("Not drawn: map.svg is no drawing that can be shown here."))
  }

  @Test func figuresThatAreTooMuchForAMailAreLeftOutWithASentence() {
    let long =
      "<svg width='1' height='1'><path d='\(String(repeating: "M0,0", count: 600_000))'/></svg>"
    let page = ReportPage(
      title: "a",
      sections: [
        ReportSection("b", [.figure(figure(long)), .figure(figure(long)), .figure(figure(svg))])
      ])
    #expect(page.html.utf8.count < 5_000_000)
    #expect(page.html.contains("Left out, since the page would be too long to send: map.svg"))
    #expect(page.html.contains("x &lt; 1"))
  }

  @Test func aFigureWithoutADrawingSaysWhy() {
    let page = ReportPage(title: "a", sections: [ReportSection("b", [.figure(figure(nil))])])
    #expect(page.html.contains("Not drawn: gnuplot is not installed where the report was made."))
  }
}
