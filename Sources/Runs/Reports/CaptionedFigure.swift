/// A figure of a report: a picture with its numbers, a title and a caption.
public struct CaptionedFigure: Sendable {
  /// The name of its files, without an extension, unique in a report: `map-mu`.
  public let name: String
  /// The title, a few words.
  public let title: String
  /// The caption, in sentences: what is drawn in which unit, which intervals, and by which settings.
  public let caption: String
  /// The picture and its numbers.
  public let content: NumberedFigure

  /// A figure with its title and caption.
  ///
  /// - Parameters:
  ///   - name: The name of its files, without an extension.
  ///   - title: The title, a few words.
  ///   - caption: The caption, in sentences.
  ///   - content: The picture and its numbers.
  public init(name: String, title: String, caption: String, content: NumberedFigure) {
    (self.name, self.title, self.caption, self.content) = (name, title, caption, content)
  }
}
