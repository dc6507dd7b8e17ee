import RealModule
enum Special {
  static func erfInverse(_ x: Double) -> Double { x }
  static func logGamma(_ x: Double) -> Double { .logGamma(x) }
  static func normalCDF(_ x: Double) -> Double { x }
  static func logNormalCDF(_ x: Double) -> Double { x }
  static func normalQuantile(_ x: Double) -> Double { x }
  static func polygamma(_ n: Int, _ x: Double) -> Double { x }
  static func log1pRatio(_ n: Int, _ x: Double) -> Double { x }
  static func expm1Ratio(_ n: Int, _ x: Double) -> Double { x }
  static func regularizedGammaP(_ n: Double, _ x: Double) -> Double { x }
  static func regularizedGammaPInverse(_ n: Double, _ x: Double) -> Double { x }
  static func regularizedBeta(_ n: Double, _ x: Double, _ z: Double) -> Double { x }
  static func regularizedBetaInverse(_ n: Double, _ x: Double, _ z: Double) -> Double { x }
}
struct Threefry {
  var key: (UInt32, UInt32)
  func child(_ n: UInt64) -> (UInt32, UInt32) { key }
  func foldIn(_ n: UInt32) -> (UInt32, UInt32) { key }
  func bits32(_ n: UInt64) -> UInt32 { 0 }
  func fillUniform(_ b: UnsafeMutableBufferPointer<Double>, low: Double, high: Double) {}
  func fillNormal(_ b: UnsafeMutableBufferPointer<Double>) {}
  func permutation(_ n: Int) -> [Int] { [] }
  func gamma(_ n: UInt64, alpha: Double) -> Double { 0 }
  func logGamma(_ n: UInt64, alpha: Double) -> Double { 0 }
}
