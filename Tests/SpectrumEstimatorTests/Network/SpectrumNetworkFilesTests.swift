import Foundation
import Inference
import LinearAlgebra
import PPL
import Runs
import SpectrumExamples
import Tables
import TestSupport
import Testing

@testable import SpectrumEstimator

struct SpectrumNetworkFilesTests {
  private func withFolder(_ body: (URL, SpectrumNetwork) throws -> Void) throws {
    var training = SpectrumTraining.circle
    training.epochs = 1
    let fit = try training.run(
      SpectrumModel(exampleArchitecture, loss: .circle(4)),
      on: examplePairs(30, noise: 0.1, seed: 1), key: RandomKey(2))
    try withTemporaryFolder { folder in
      try SpectrumNetworkFiles.write(
        fit.network, provenance: provenance(fit.epochs), to: folder)
      try body(folder, fit.network)
    }
  }

  private func provenance(
    _ epochs: [EpochRecord]
  ) -> SpectrumNetworkFiles.Provenance {
    .init(program: "test 1", seed: 2, sample: "thirty pairs", pairs: 30, epochs: epochs)
  }

  private func expectError(
    _ found: String, in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: DataError.self, sourceLocation: sourceLocation) {
      try SpectrumNetworkFiles.read(from: folder)
    }
    #expect(
      error?.description.contains(found) == true, "\(String(describing: error))",
      sourceLocation: sourceLocation)
  }

  @Test func aNetworkIsReadAsItWasWritten() throws {
    try withFolder { folder, network in
      let (read, provenance) = try SpectrumNetworkFiles.read(from: folder)
      #expect(read == network)
      #expect(provenance.seed == 2 && provenance.sample == "thirty pairs")
      #expect(provenance.epochs.count == 1)
      let first = try Data(contentsOf: folder.appending(path: "layer0.weights.f64"))
      let bits = first.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      #expect(Double(bitPattern: bits) == network.layers[0].weights[0, 0])
    }
  }

  @Test func aFileThatHasChangedIsRefused() throws {
    try withFolder { folder, _ in
      let file = folder.appending(path: "layer1.biases.f64")
      var data = try Data(contentsOf: file)
      data[3] ^= 1
      try data.write(to: file)
      expectError("the checksum is not the one in weights.json", in: folder)
      try FileManager.default.removeItem(at: file)
      expectError("the file cannot be read", in: folder)
    }
  }

  @Test func aDescriptionThatIsNoneIsRefused() throws {
    try withFolder { folder, _ in
      let file = folder.appending(path: "weights.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      let change = { (from: String, to: String) in
        #expect(text.contains(from))
        try text.replacingOccurrences(of: from, with: to)
          .write(to: file, atomically: true, encoding: .utf8)
      }
      try change("lsef-spectrum/2", "lsef-spectrum/9")
      expectError(
        "the schema is \"lsef-spectrum/9\"; this program reads \"lsef-spectrum/3\"", in: folder)
      try change("\"spectrumCount\" : 5", "\"spectrumCount\" : 6")
      expectError("the parameters are not those of the architecture", in: folder)
      try change("\"spectrumCount\" : 5", "\"spectrumCount\" : 0")
      expectError("a width or a divisor is not positive", in: folder)
      try change("\"spectrumCount\" : 5", "\"spectrumCount\" : 9000000000000000000")
      expectError("not positive, or too large", in: folder)
      try change("layer0.biases.f64", "../layer0.biases.f64")
      expectError("the checksum is not", in: folder)
      try change("\"provenance\"", "\"origin\"")
      expectError("this is not the description of a network", in: folder)
      try FileManager.default.removeItem(at: file)
      expectError("the file cannot be read", in: folder)
    }
  }

  /// A bit of the description is as good as one of the numbers: an activation, a divisor, what the network was trained on.
  @Test func noBitOfADescriptionChangesWhatIsRead() throws {
    try withFolder { folder, network in
      let file = folder.appending(path: "weights.json")
      let whole = try Data(contentsOf: file)
      let before = try SpectrumNetworkFiles.read(from: folder)
      var refused = 0
      for byte in whole.indices {
        var data = whole
        data[byte] ^= 1 << UInt8(byte % 8)
        try data.write(to: file)
        do {
          let read = try SpectrumNetworkFiles.read(from: folder)
          #expect(read.network == before.network && read.provenance == before.provenance)
        } catch let error as DataError {
          #expect(error.file.hasPrefix(folder.path))
          refused += 1
        }
      }
      // All but some blanks, which another blank can take the place of.
      #expect(refused > whole.count * 2 / 3)
      let text = String(decoding: whole, as: UTF8.self)
      try Data(text.replacing("thirty pairs", with: "forty pairs").utf8).write(to: file)
      expectError(
        "weights.json: the checksum does not match the content; "
          + "the file has changed since it was written; copy it again or train again.", in: folder)
    }
  }

  @Test func theDescriptionOfAnEarlierVersionIsRead() throws {
    try withFolder { folder, network in
      let file = folder.appending(path: "weights.json")
      let text = try String(contentsOf: file, encoding: .utf8)
        .replacing("lsef-spectrum/2", with: "lsef-spectrum/1")
        .replacing(/,\s*"sha256" : "[0-9a-f]{64}"\s*}\s*$/, with: "}")
      #expect(!text.contains("\"sha256\" : null"))
      try Data(text.utf8).write(to: file)
      #expect(try SpectrumNetworkFiles.read(from: folder).network == network)
    }
  }
}
