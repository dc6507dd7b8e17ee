import CNumerics
import COpenBLAS

/// The settings of OpenBLAS: one thread and kernels for this processor, so that digits are the same everywhere and
/// small matrices are fast.
package enum BLAS {
  /// Whether the library has its settings, which the first read makes; each computation reads it before a call.
  package static let isReady: Bool = {
    _ = ppl_retune_blas()
    openblas_set_num_threads(1)
    return true
  }()

  /// Whether the library has kernels for this processor; a processor newer than the library may get those of 2004.
  package static let isTuned: Bool = {
    guard isReady, let name = openblas_get_corename() else { return false }
    return !["Prescott", "Core2", "Generic", "generic"].contains(String(cString: name))
  }()
}
