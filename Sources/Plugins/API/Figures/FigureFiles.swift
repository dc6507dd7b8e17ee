import Foundation
import Parallel
import Plotting
import Runs
import Synchronization

/// The files of figures: `NAME.svg` or other formats, `NAME.csv` with their numbers, and `captions.json`.
public struct FigureFiles: Sendable {
  private let figures: [CaptionedFigure]
  private let formats: [FigureFormat]

  /// The files of some figures.
  ///
  /// - Parameters:
  ///   - figures: The figures, whose names differ.
  ///   - formats: The formats of the pictures.
  public init(_ figures: [CaptionedFigure], formats: [FigureFormat] = [.svg]) {
    (self.figures, self.formats) = (figures, formats)
  }

  /// The files, with pictures drawn by several gnuplot processes at once.
  ///
  /// - Parameters:
  ///   - pool: The threads, each with a process of its own.
  ///   - control: The progress display.
  /// - Throws: `PlottingError` where gnuplot is missing or does not draw a figure.
  public func drawn(pool: WorkPool, control: RunControl) throws -> [OutputFile] {
    let gnuplot = try Gnuplot()
    let pictures = figures.flatMap { figure in formats.map { (figure, $0) } }
    let slots = pictures.map { _ in Slot() }
    let counter = control.progress.counter("figures", pictures.count)
    pool.forEach(pictures.count) { index in
      let (figure, format) = pictures[index]
      let drawing = Result { () throws(PlottingError) in
        try figure.content.figure.drawing(as: format, by: gnuplot)
      }
      slots[index].drawing.withLock { $0 = drawing }
      counter.advance()
    }
    counter.finish()
    let files = try zip(pictures, slots).map { picture, slot in
      let data = try slot.drawing.withLock(\.self)?.get() ?? Data()
      return OutputFile("\(picture.0.name).\(picture.1.rawValue)") { try data.write(to: $0) }
    }
    let tables = figures.map { OutputFile("\($0.name).csv", text: $0.content.csv) }
    return files + tables + [captions]
  }

  /// The file `captions.json`: name, title and caption of each figure, in order.
  public var captions: OutputFile { .captions(figures.map(\.words)) }

  private final class Slot: Sendable {
    let drawing = Mutex<Result<Data, PlottingError>?>(nil)
  }
}
