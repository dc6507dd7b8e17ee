import Preconditions

/// The state of one run of a model. It belongs to the code that started the run, and cannot be copied or kept.
///
/// Statements never throw. The first error is kept, the run continues with placeholder values of the
/// right shapes, and the entry points (`Model.trace()`, `Model.run(key:)`) throw it at the end.
public struct Context: ~Copyable {
  /// The handlers in force, the outermost first.
  var handlers: [any Handler] = []

  /// The first error of the run.
  public private(set) var failure: ModelError?

  /// The collector of mistakes in tensor expressions between the statements.
  private let mistakes: MistakeCollector

  init(_ mistakes: MistakeCollector = MistakeCollector()) { self.mistakes = mistakes }

  /// Reports an error of the run; only the first report counts.
  public mutating func fail(_ error: ModelError) {
    if failure == nil { failure = error }
  }

  /// Whether a tensor expression before this statement was mistaken. The distribution may then consist of
  /// placeholders and is not checked.
  package mutating func isMistaken(before site: String) -> Bool {
    noteMistake(before: site)
    if case .expression = failure { return true }
    return false
  }

  /// Makes a mistake since the last statement the failure of the run.
  mutating func noteMistake(before site: String?) {
    if failure == nil, let mistake = mistakes.first {
      failure = .expression(before: site, mistake)
    }
  }

  /// Runs `body` with one more handler, the innermost, and returns that handler with its final state.
  public mutating func under<H: Handler, R>(
    _ handler: H, _ body: (inout Context) throws -> R
  ) rethrows -> (result: R, handler: H) {
    handlers.append(handler)
    defer { handlers.removeLast() }
    let result = try body(&self)
    guard let used = handlers[handlers.count - 1] as? H else {
      requirementFailed("handlers must be removed by the scope that added them")
    }
    return (result, used)
  }

  /// Sends a site through the handlers, from the innermost or from `start` outwards, and gives it
  /// its value.
  mutating func apply(_ site: inout Site, from start: Int? = nil) {
    noteMistake(before: site.name)
    var reached = start ?? handlers.count
    while reached > 0 && !site.isStopped {
      reached -= 1
      handlers[reached].process(&site)
      answerRequests(of: &site, by: reached)
    }
    resolve(&site)
    for place in reached..<handlers.count { handlers[place].finish(site) }
  }

  /// The random key from the innermost seed; nil without a seed.
  mutating func drawKey(_ name: String) -> RandomKey? {
    var request = Site(.randomKey, name)
    apply(&request)
    return request.key
  }

  /// Sends a whole site through the handlers in force, and returns its value.
  ///
  /// This is for handlers that state sites of their own: see `Site.becomeDeterministic(_:)`.
  @discardableResult
  public mutating func submit(_ site: Site) -> Tensor {
    var site = site
    apply(&site)
    return site.value ?? .zeros(site.distribution?.shape ?? [])
  }

  private mutating func answerRequests(of site: inout Site, by place: Int) {
    if let error = site.failure {
      fail(error)
      site.failure = nil
    }
    let companions = site.companions
    site.companions = []
    // Handlers further in have already processed the site from which this one was copied.
    for var other in companions { apply(&other, from: place) }
    if let statements = site.replacement {
      site.replacement = nil
      site.settle(at: outside(place, statements))
    }
    if site.wantsKey {
      site.wantsKey = false
      if site.key == nil { site.key = drawKey(site.name) }
    }
  }

  /// Runs statements that only the handlers further out than `place` see.
  private mutating func outside(_ place: Int, _ body: (inout Context) -> Tensor) -> Tensor {
    let inner = Array(handlers[place...])
    handlers.removeSubrange(place...)
    defer { handlers += inner }
    return body(&self)
  }
}
