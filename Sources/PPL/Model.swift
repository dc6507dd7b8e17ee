import Preconditions

/// A probabilistic program: a closure that makes its random choices through a `Context`.
///
///     let coin = Model { p in
///       let fairness = p.sample("fairness", Beta(2, 2))
///       return p.plate("toss", 10) { p in p.sample("heads", Bernoulli(fairness)) }
///     }
///
/// A model is the joint distribution of its sites. It holds no data, seed or fit: methods that return a changed
/// model, such as `conditioned(on:)`, add these by a handler around it. The last one called is the outermost.
public struct Model<Output: Sendable>: Sendable {
  private let body: @Sendable (inout Context) -> Output

  /// A model with the statements of `body`; it may run many times, on any thread.
  public init(_ body: @escaping @Sendable (inout Context) -> Output) {
    self.body = body
  }

  /// The model without its output.
  public var discardingOutput: Model<Void> { Model<Void> { p in _ = body(&p) } }

  /// Runs the model as part of another.
  public func callAsFunction(_ context: inout Context) -> Output { body(&context) }

  /// Runs the model once and keeps its sites.
  ///
  /// - Throws: `ModelError`, the first of the run: see its cases.
  public func trace() throws -> Trace { try outputAndTrace().trace }

  /// Runs the model once, and returns its output with its sites.
  ///
  /// - Throws: `ModelError`, the first of the run: see its cases.
  public func outputAndTrace() throws -> (output: Output, trace: Trace) {
    let mistakes = MistakeCollector()
    var context = Context(mistakes)
    let (output, recorder) = mistakes.collect {
      context.under(TraceRecorder()) { p in body(&p) }
    }
    context.noteMistake(before: nil)
    if let failure = context.failure ?? recorder.failure { throw failure }
    return (output, recorder.trace)
  }

  /// Runs the model once with draws from `key`.
  ///
  /// - Throws: `ModelError`, the first of the run: see its cases.
  public func run(key: RandomKey) throws -> Output {
    try seeded(by: key).outputAndTrace().output
  }
}
