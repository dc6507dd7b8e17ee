import Foundation
import LSEFCycleNetwork

/// The network that comes with the program, so that filters can be cycled without training one first.
enum CycleNetwork {
  /// Trained as `Models/LSEFCycleNetwork/README.md` says.
  ///
  /// - Throws: `DataError` if the program was built with a damaged network.
  static var shipped: SpectrumNetwork {
    get throws {
      try SpectrumNetworkFiles.read(from: "the network of this program") { name in
        LSEFCycleNetwork.files[name].flatMap {
          Data(base64Encoded: $0, options: .ignoreUnknownCharacters)
        }
        .map { [UInt8]($0) }
      }.network
    }
  }
}
