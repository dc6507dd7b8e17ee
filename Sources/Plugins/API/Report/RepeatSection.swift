import Foundation
import Runs

/// The section of a report that tells how to repeat the run: command, version, seed, checksums and settings.
struct RepeatSection {
  let files: RunFiles

  var section: ReportSection {
    var blocks: [ReportBlock] = []
    let words = files.command
    if words.isEmpty {
      blocks.append(.paragraph("The run does not name its command."))
    } else {
      blocks.append(.printed((["ppl"] + words).map(\.quotedForShell).joined(separator: " ")))
      blocks.append(
        .paragraph(
          "ppl rerun FOLDER repeats the run in this folder's place, and compares the digits of all files."
        ))
    }
    blocks.append(.table(ReportTable("Run", header: ["what", "value"], rows: facts)))
    if !inputs.isEmpty {
      blocks.append(
        .table(ReportTable("Checksums of the data", header: ["file", "SHA-256"], rows: inputs)))
    }
    let options = (files.record["options"]?.members ?? []).compactMap { name, value in
      value.plainText.map { ["--\(name)", $0] }
    }
    if !options.isEmpty {
      blocks.append(
        .table(ReportTable("Settings", header: ["flag", "value"], rows: options)))
    }
    return ReportSection("How to repeat this run", blocks)
  }

  private var facts: [[String]] {
    let record = files.record
    let rows: [(String, String?)] = [
      ("program", record["program"]?.string), ("seed", record["seed"]?.plainText),
      ("working folder", files.workingFolder), ("data", files.data.joined(separator: ", ")),
      ("started", record["date"]?.string),
      ("wall time, s", record["seconds"]?.double.map { String(format: "%.2f", $0) }),
      ("threads", record["threads"]?.plainText), ("files", files.names.joined(separator: ", ")),
    ]
    return rows.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : [name, $0] } }
  }

  /// The checksums of the data files that the model names, and of the files that the command names.
  private var inputs: [[String]] {
    let sources = files.record["data"]?["sources"]?.elements ?? []
    let named = (files.record["inputs"]?.elements ?? []).map { input in
      let count = input["files"]?.plainText
      return [
        (input["path"]?.string ?? "") + (count.map { " (folder of \($0) files)" } ?? ""),
        input["sha256"]?.string ?? "",
      ]
    }
    let content = files.record["content"]?.string.map { [["model and data", $0]] } ?? []
    return sources.map { [$0["name"]?.string ?? "", $0["sha256"]?.string ?? ""] } + content + named
  }
}

extension String {
  /// The word as a shell reads it: in single quotes where it has signs with a meaning.
  var quotedForShell: String {
    let plain = "-_./=:,+%@"
    let isPlain = !isEmpty && allSatisfy { ($0.isLetter || $0.isNumber || plain.contains($0)) }
    return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
  }
}
