/// The memory that an inference method needs besides that of one step of the model.
///
/// A model whose data are large adds it to its own need, and refuses a fit before anything is allocated.
public struct MethodMemory: Sendable, Equatable {
  /// The number of programs of a step that exist at once, each with arrays and factors of its own: one for each thread.
  public var programs = 1
  /// The number of directions in which a program is differentiated at once, each with arrays of the data of its own.
  public var directions = 0
  /// The number of matrices of all unconstrained values by all.
  public var matrices = 0
  /// The number of vectors of all unconstrained values, such as draws.
  public var vectors = 0

  /// The need of a method with one program and nothing else.
  public init() {}

  /// The bytes of the matrices and vectors for a number of unconstrained values.
  public func bytes(values: Int) -> Int { 8 * values * (matrices * values + vectors) }
}
