import Runs

extension ComparisonReport {
  /// The titles and captions of the figures among some files, in the order of the files; nil if none has a caption.
  func captionsFile(of files: [OutputFile]) -> OutputFile? {
    let drawn = files.map(\.name).filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(4)) }
    let known = captions + [sweepCaption].compactMap(\.self)
    let found = drawn.compactMap { name in known.first { $0.name == name } }
    return found.isEmpty ? nil : .captions(found)
  }

  /// The caption of the figure of the sweep: Figures 2 to 6.
  private var sweepCaption: FigureCaption? {
    guard let sweep else { return nil }
    let sizes = Set(scores.map(replicates)).sorted().map(String.init).joined(separator: " and ")
    return FigureCaption(
      name: "figure\(sweep.figure)", title: "\(title): score against \(sweep.axis)",
      caption:
        "The score of each scheme (no unit) over the \(sweep.axis), all else as at \(namedPoint.label). \(zero) "
        + "Bands are intervals from 5 % to 95 % by resampling \(sizes) \(nameOfReplicates); a curve without a band has a "
        + "single one. Seed \(seed).\(mark)")
  }
}
