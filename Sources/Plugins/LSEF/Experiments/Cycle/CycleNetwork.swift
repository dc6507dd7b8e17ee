import Foundation
import LSEFCycleNetwork
import Plugins
import SpectrumEstimator

/// The network that comes with the program, so that filters can be cycled without training one first.
enum CycleNetwork {
  /// Trained as `Models/LSEFCycleNetwork/README.md` says; with what is told of its training.
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
