import Testing

/// The summary of a doc comment, its first paragraph, under the rule of `Documentation/Words.md`.
struct DocCommentSummary {
  let text: String

  init(_ lines: [String]) {
    text = lines.prefix { $0.contains(/\S/) && !$0.hasPrefix("- ") && !$0.hasPrefix("    ") }
      .joined(separator: " ")
  }

  /// Three words at least, a code span being one, that begin with what the comment is about.
  func fault(isBoolean: Bool) -> String? {
    let words = text.replacing(/`[^`]*`/, with: "code").split(separator: " ")
      .filter { $0.contains(/\p{L}/) }
    guard words.count >= 3 else { return "has fewer than three words" }
    let first = words[0].lowercased().filter(\.isLetter)
    if first == "whether", !isBoolean { return "begins with \"whether\" but is no Bool" }
    return Self.headless.contains(first) ? "begins with \"\(words[0])\", no noun or verb" : nil
  }

  /// Prepositions, conjunctions, pronouns and words of questions, before which a noun is missing.
  private static let headless: Set<String> = [
    "above", "after", "among", "and", "as", "at", "because", "before", "below", "beside", "between",
    "both", "but", "by", "for", "from", "how", "if", "in", "infinite", "inside", "into", "it",
    "its",
    "not", "nothing", "of", "on", "or", "since", "so", "such", "that", "their", "these", "they",
    "this", "those", "to", "under", "up", "what", "when", "where", "which", "while", "who", "whom",
    "whose", "why", "with", "within", "without",
  ]
}

/// Cases of the rule that a reader may judge.
@Suite struct DocCommentSummaryTests {
  @Test(arguments: [
    "The ensemble size N.", "Adam's learning rate.", "The normal (Gaussian) distribution.",
    "Draws values of shape `shape`.", "A batch with one distribution for each element of `rate`.",
    "`onSupport` for distributions of vectors.",
  ])
  func sentencesWithAHeadPass(_ text: String) {
    #expect(DocCommentSummary([text]).fault(isBoolean: false) == nil)
  }

  @Test(arguments: [
    "N.", "`1 - p`.", "Of Adam.", "Infinite for shapes up to 1.", "How many trials there are.",
    "What messages call this family.", "Where the density is positive.", "",
    "- Precondition: There is at least one part.", "    y = f(x)",
  ])
  func sentencesWithoutAHeadFail(_ text: String) {
    #expect(DocCommentSummary([text]).fault(isBoolean: false) != nil)
  }

  @Test func onlyTheFirstParagraphCounts() {
    let lines = ["The mean.", "", "It is infinite for shapes up to 1."]
    #expect(DocCommentSummary(lines).fault(isBoolean: false) != nil)
    #expect(DocCommentSummary(["The mean;", "infinite for shapes"]).fault(isBoolean: false) == nil)
  }

  @Test func whetherIsForBooleans() {
    let summary = DocCommentSummary(["Whether the value is data."])
    #expect(summary.fault(isBoolean: true) == nil)
    #expect(summary.fault(isBoolean: false) != nil)
  }
}
