import PPL
import Preconditions

// What does not compile, each with the sentence that says what to write.

extension Guide {
  /// Not there: a guide is made from a model.
  @available(
    *, unavailable,
    message: "a guide takes a model, not a closure: AutoNormal(Model { p in … })"
  )
  public init(_ body: (inout Context) -> some Any) { unavailable() }
}

extension SVI {
  /// Not there: what is fitted is a model.
  @available(
    *, unavailable,
    message: "SVI takes a model, not a closure: SVI(Model { p in … }, guide: …)"
  )
  public init(
    _ body: (inout Context) -> some Any, guide: some Guide, optimizer: some GradientTransformation
  ) { unavailable() }
}

extension LogJoint {
  /// Not there: a density is that of a model.
  @available(
    *, unavailable,
    message: "LogJoint takes a model, not a closure: LogJoint(Model { p in … })"
  )
  public init(_ body: (inout Context) -> some Any) { unavailable() }
}
