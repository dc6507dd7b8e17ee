import PPL

/// A plan of epochs: each epoch passes once through all rows of a plate in minibatches, in a new random order.
///
///     let plan = EpochPlan(plate: "row", rows: 160_000, batchSize: 2_500, key: RandomKey(0))
///
/// Epoch *e*, counted from 0, has the rows in the order of `key.foldIn(e).permutation(rows)`; its last minibatch has the
/// remaining rows.
public struct EpochPlan: Sendable {
  /// The name of the plate.
  public let plate: String
  /// The number of rows of the plate.
  public let rows: Int
  /// The number of rows in a minibatch; the last one of an epoch may have fewer.
  public let batchSize: Int
  private let key: RandomKey

  /// The largest number of rows whose gradient is computed at once.
  private static let largestBlock = 250

  /// A plan of minibatches of `batchSize` rows, or of all rows if there are fewer.
  ///
  /// Both counts are positive; `validate()` throws for others.
  public init(plate: String, rows: Int, batchSize: Int, key: RandomKey) {
    (self.plate, self.rows, self.key) = (plate, rows, key)
    self.batchSize = min(batchSize, rows)
  }

  /// The number of steps in an epoch, one for each minibatch.
  public var stepsPerEpoch: Int { (rows + batchSize - 1) / batchSize }

  /// Checks the settings.
  ///
  /// - Throws: `InferenceError.argument`.
  public func validate() throws(InferenceError) {
    try demand(
      rows > 0 && batchSize > 0, of: "EpochPlan",
      "there are \(rows) rows in minibatches of \(batchSize)", "both must be positive")
  }

  /// The number of rows in a block; all blocks of a minibatch but the last have this size.
  var blockSize: Int {
    let blocks = (batchSize + Self.largestBlock - 1) / Self.largestBlock
    return (batchSize + blocks - 1) / blocks
  }

  /// The rows of an epoch in their order.
  func order(ofEpoch epoch: Int) -> [Double] {
    key.foldIn(UInt32(truncatingIfNeeded: epoch)).permutation(rows).scalars
  }

  /// The places of a minibatch in the order of its epoch.
  ///
  /// - Parameter place: The number of the step in its epoch, from 0.
  func range(ofStep place: Int) -> Range<Int> {
    (place * batchSize)..<min((place + 1) * batchSize, rows)
  }
}
