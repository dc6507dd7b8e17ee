import Foundation
import LSEFCycleNetwork
import Plugins
import SpectrumEstimator

/// The network that comes with the program.
enum CycleNetwork {
  /// The network with its provenance, trained as `Models/LSEFCycleNetwork/README.md` says.
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
