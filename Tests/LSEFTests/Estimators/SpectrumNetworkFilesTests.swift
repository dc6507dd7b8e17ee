import Foundation
import LinearAlgebra
import PPL
import Plugins
import TestSupport
import Testing

@testable import LSEF

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
    _ epochs: [SpectrumTraining.Epoch]
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
      try change("lsef-spectrum/1", "lsef-spectrum/9")
      expectError(
        "the schema is \"lsef-spectrum/9\"; this program reads \"lsef-spectrum/1\"", in: folder)
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
}
