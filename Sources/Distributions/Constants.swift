/// Mathematical constants shared by several families, to the last digit of a `Double`.
enum Constant {
  static let logTwo = 0.6931471805599453
  static let logPi = 1.1447298858494002
  static let halfLogTwoPi = 0.9189385332046727
  /// The logarithm of the least normal `Double`, rounded so that its exponential is not below that number.
  static let logLeastNormal = -708.3964185322641
  static let eulerGamma = 0.5772156649015329
}
