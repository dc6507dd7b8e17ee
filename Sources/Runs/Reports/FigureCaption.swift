/// The title and the caption of a figure, an element of the list `figures` in `captions.json` beside the figures.
public struct FigureCaption: Codable, Sendable, Equatable {
  /// The name of the figure's files, without an extension.
  public let name: String
  /// The title, a few words.
  public let title: String
  /// The caption, in sentences.
  public let caption: String

  /// A title with its caption.
  ///
  /// - Parameters:
  ///   - name: The name of the figure's files, without an extension.
  ///   - title: The title, a few words.
  ///   - caption: The caption, in sentences.
  public init(name: String, title: String, caption: String) {
    (self.name, self.title, self.caption) = (name, title, caption)
  }
}

extension CaptionedFigure {
  /// The title and the caption without the picture.
  public var words: FigureCaption { FigureCaption(name: name, title: title, caption: caption) }
}

extension OutputFile {
  /// The file `captions.json` of the figures of a folder.
  ///
  /// - Parameters:
  ///   - captions: The titles and captions, in the order in which a report shows the figures.
  ///   - folder: The folder of the figures inside that of the run; nil for the latter itself.
  public static func captions(_ captions: [FigureCaption], in folder: String? = nil) -> OutputFile {
    OutputFile(
      (folder.map { "\($0)/" } ?? "") + RunFileName.captions,
      json: JSONObject([("figures", captions)]))
  }
}
