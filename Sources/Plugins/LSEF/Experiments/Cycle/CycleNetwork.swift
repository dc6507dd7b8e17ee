import Foundation
import LSEFCycleNetwork
import SpectrumEstimator
import Tables

/// The embedded network of the program.
enum CycleNetwork {
  /// The network with its provenance, trained as described in `Models/LSEFCycleNetwork/README.md`.
  ///
  /// - Throws: `DataError` if the program was built with a damaged network.
  static var shipped: (network: SpectrumNetwork, provenance: SpectrumNetworkFiles.Provenance) {
    get throws(DataError) {
      try SpectrumNetworkFiles.read(from: "the network of this program") { name in
        LSEFCycleNetwork.files[name].flatMap {
          Data(base64Encoded: $0, options: .ignoreUnknownCharacters)
        }
        .map { [UInt8]($0) }
      }
    }
  }
}
