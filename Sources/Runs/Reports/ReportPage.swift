/// A report as a page: title, sections with text, tables and figures.
///
///     let page = ReportPage(title: "eight-schools", sections: [
///       ReportSection("Result", [.paragraph("The mean effect is 4.4 points."), .table(table)])
///     ])
///     try Data(page.html.utf8).write(to: url)
public struct ReportPage: Sendable, Equatable {
  /// The title of the page.
  public var title: String
  /// The sections, from top to bottom.
  public var sections: [ReportSection]
  /// The line at the end of the page.
  public var footer: String

  /// A page of these sections.
  ///
  /// - Parameters:
  ///   - title: The title of the page.
  ///   - sections: The sections, from top to bottom.
  ///   - footer: The line at the end of the page.
  public init(title: String, sections: [ReportSection], footer: String = "") {
    (self.title, self.sections, self.footer) = (title, sections, footer)
  }
}

/// A section of a report: a title with text, tables and figures.
public struct ReportSection: Sendable, Equatable {
  /// The title of the section.
  public var title: String
  /// The content, from top to bottom.
  public var blocks: [ReportBlock]

  /// A section of these blocks.
  ///
  /// - Parameters:
  ///   - title: The title of the section.
  ///   - blocks: The content, from top to bottom.
  public init(_ title: String, _ blocks: [ReportBlock]) {
    (self.title, self.blocks) = (title, blocks)
  }
}

/// A block of a report: a paragraph, a list, a verdict, printed text, a table or a figure.
public enum ReportBlock: Sendable, Equatable {
  /// A paragraph of text.
  case paragraph(String)
  /// A list of short paragraphs.
  case list([String])
  /// The verdict on a fit, and whether it is a good one.
  case verdict(String, isGood: Bool)
  /// Text in a font of constant width, with its line breaks: printed tables and commands.
  case printed(String)
  /// A table with its caption.
  case table(ReportTable)
  /// A figure with its caption.
  case figure(ReportFigure)
}

/// A figure of a page: a drawing with its title and caption.
public struct ReportFigure: Sendable, Equatable {
  /// The name of its files, without an extension.
  public var name: String
  /// The title, a few words.
  public var title: String
  /// The caption, in sentences.
  public var caption: String
  /// The drawing as SVG; nil where it could not be drawn.
  public var svg: String?
  /// The reason why it could not be drawn, a sentence; nil for a drawn figure, and where gnuplot is not installed.
  public var problem: String?

  /// A drawn figure.
  ///
  /// - Parameters:
  ///   - name: The name of its files, without an extension.
  ///   - title: The title, a few words.
  ///   - caption: The caption, in sentences.
  ///   - svg: The drawing as SVG; nil where it could not be drawn.
  ///   - problem: The reason why it could not be drawn, a sentence; nil where gnuplot is not installed.
  public init(
    name: String, title: String, caption: String, svg: String?, problem: String? = nil
  ) {
    (self.name, self.title, self.caption) = (name, title, caption)
    (self.svg, self.problem) = (svg, problem)
  }
}
