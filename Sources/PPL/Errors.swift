import Autodiff
import Preconditions

/// An error in a model, its data or its parameters.
///
/// A message names the site, what was given, what is needed and the remedy.
public enum ModelError: Error, Equatable, Sendable {
  /// Two `sample`, `factor` or `deterministic` sites have the same name.
  case duplicateSite(String)
  /// A batch whose size along the plate's dimension is neither one nor that of the plate.
  case plateSize(site: String, batch: [Int], plate: PlateFrame)
  /// Data do not have the shape of the site, and would broadcast silently.
  case observationShape(site: String, observed: [Int], expected: [Int])
  /// A value given to a latent site cannot broadcast with its shape.
  case valueShape(site: String, given: [Int], expected: [Int])
  /// A mask cannot broadcast with the batch of a site.
  case maskShape(site: String, mask: [Int], batch: [Int])
  /// An element of a mask is neither 0 nor 1.
  case maskValue(site: String, Offender)
  /// Two `parameter` statements of one name have values of different shapes or on different supports.
  case differentParameters(name: String, first: String, second: String)
  /// Two plates of one name have different sizes.
  case differentPlates(name: String, first: String, second: String)
  /// A plate inside another of the same name.
  case nestedPlates(String)
  /// A name that no site has.
  case unknownName(call: String, name: String, known: [String])
  /// A value must be drawn, and the model has no seed.
  case missingKey(site: String)
  /// The constraint of a parameter depends on other values, where a fit needs a constant one.
  case parameterConstraint(site: String)
  /// A parameter of a distribution breaks its constraint.
  case parameter(site: String, ParameterViolation)
  /// Data lie outside the support of their distribution.
  case observation(site: String, distribution: String, Offender, requirement: String)
  /// The value of a `parameter` statement breaks its constraint.
  case parameterValue(site: String, Offender, requirement: String)
  /// The value of a `parameter` statement has fewer dimensions than the vectors or matrices of its support.
  case parameterRank(site: String, shape: [Int], eventRank: Int, requirement: String)
  /// The factor of `scaled(by:)` is not positive.
  case scale(site: String, Offender)
  /// A latent site was observed, or of another kind, in the trace that is replayed.
  case replay(site: String, wasObserved: Bool)
  /// A site cannot be reparameterized as `reparameterized(_:)` asks.
  case reparameterization(site: String, reason: String)
  /// Data whose size along the plate's dimension is neither one nor that of the plate.
  case subsample(plate: PlateFrame, data: [Int], eventRank: Int)
  /// A plate without elements, with too many for the memory, or with an impossible subsample.
  case plateExtent(plate: String, size: Int, subsampleSize: Int?)
  /// A dimension of a plate that does not count from the right, or that belongs to an enclosing plate.
  case plateDimension(plate: String, dim: Int, owner: String?)
  /// A tensor expression of the model is mistaken: shapes that do not fit, an index out of range, a tensor of
  /// another run. `before` is the statement that came next; nil at the end of the model.
  case expression(before: String?, Mistake)
  /// An error reported by a handler of another package.
  case other(site: String, message: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateSite(let name):
      "site \"\(name)\": the model has two sites of this name; rename one, or put `scoped(_:)` "
        + "around the part that is used twice."
    case .plateSize(let site, let batch, let plate):
      "site \"\(site)\": cannot broadcast \(batch) with plate \"\(plate.name)\" of "
        + "\(plate.subsampleSize) at dim \(plate.dim); "
        + "give it 1 or \(plate.subsampleSize) elements there."
    case .observationShape(let site, let observed, let expected):
      "site \"\(site)\": observed data have shape \(observed), but the site has \(expected); "
        + "reshape the data, or put the site into a plate for each further dimension."
    case .valueShape(let site, let given, let expected):
      "site \"\(site)\": the value given has shape \(given), but the site has \(expected); "
        + "check that guide and model agree."
    case .maskShape(let site, let mask, let batch):
      "site \"\(site)\": a mask of shape \(mask) does not fit the batch \(batch); "
        + "leave out the dimensions of the event."
    case .maskValue(let site, let offender):
      "site \"\(site)\": its mask\(offender), but must be 0 where an element does not count and 1 "
        + "where it does; for another weight of the log density use scaled(by:)."
    case .differentParameters(let name, let first, let second):
      "parameter \"\(name)\": \(first) and \(second), but parameters of one name are one value; "
        + "give both the same shape and support, or rename one."
    case .differentPlates(let name, let first, let second):
      "plate \"\(name)\": \(first) and \(second), but plates of one name are one plate; "
        + "give both the same size, or rename one."
    case .nestedPlates(let name):
      "plate \"\(name)\": is inside another plate of this name; rename one of the two."
    case .unknownName(let call, let name, let known):
      "\(call): no site is named \"\(name)\"; " + Self.suggestion(for: name, among: known)
    case .missingKey(let site):
      "site \"\(site)\": needs a key: run the model seeded(by:)."
    case .parameterConstraint(let site):
      "parameter \"\(site)\": its constraint depends on other parameters or sites, but is fixed when "
        + "a fit starts; constrain a part of it, as in a * p.parameter(\"u\", initially: 0.5, in: "
        + ".unitInterval)."
    case .parameter(let site, let violation):
      "site \"\(site)\": \(violation)."
    case .observation(let site, let distribution, let offender, let requirement):
      "site \"\(site)\": observation\(offender), but a value of \(distribution) must be "
        + "\(requirement); correct it, or leave it out with a mask."
    case .parameterValue(let site, let offender, let requirement):
      "parameter \"\(site)\": its value\(offender), but must be \(requirement); "
        + "start it inside, or declare another support."
    case .parameterRank(let site, let shape, let rank, let requirement):
      "parameter \"\(site)\": its value has shape \(shape), but one that is \(requirement) has "
        + "at least \(rank) \(rank == 1 ? "dimension" : "dimensions"); start it at a "
        + "\(rank == 1 ? "vector" : "matrix")."
    case .scale(let site, let offender):
      "site \"\(site)\": scaled(by:) got a factor that\(offender), but must be positive."
    case .replay(let site, let wasObserved):
      wasObserved
        ? "site \"\(site)\": is latent here, but observed in the replayed trace; "
          + "replay the trace of a guide, or block the site there."
        : "site \"\(site)\": is of another kind in the replayed trace; rename one of the two."
    case .reparameterization(let site, let reason):
      "site \"\(site)\": cannot be reparameterized: \(reason)."
    case .subsample(let plate, let data, let eventRank):
      "plate \"\(plate.name)\": subsample(_:) got data of shape \(data), but needs 1 or "
        + "\(plate.size) elements at dim \(plate.dim &- eventRank); give it the whole data, and "
        + "in eventRank how many dimensions belong to one row."
    case .plateExtent(let plate, let size, _) where size < 1:
      "plate \"\(plate)\": size is \(size), but must be positive."
    case .plateExtent(let plate, let size, let used?) where !(1...size).contains(used):
      "plate \"\(plate)\": subsampleSize is \(used), but must be in 1...\(size)."
    case .plateExtent(let plate, let size, let used):
      "plate \"\(plate)\": size is \(size), but "
        + (used == nil || size > Tensor.largestCount
          ? "the memory of this machine does not hold as many numbers; use fewer elements."
          : "a subsample is chosen among at most 2^32 elements; use fewer.")
    case .plateDimension(let plate, let dim, nil):
      "plate \"\(plate)\": dim is \(dim), but counts from the right: -1, -2, … to -16."
    case .plateDimension(let plate, let dim, let owner?):
      "plate \"\(plate)\": dim \(dim) belongs to plate \"\(owner)\" around it; "
        + "give another, or none for the next that is free."
    case .expression(let site, let mistake):
      (site.map { "before or in the statement of \"\($0)\": " } ?? "at the end of the model: ")
        + "\(mistake)"
    case .other(let site, let message):
      "site \"\(site)\": \(message)"
    }
  }

  /// The nearest known name if there is a near one, otherwise all of them.
  private static func suggestion(for name: String, among known: [String]) -> String {
    let plain = name.lowercased()
    let nearest = known.map { ($0, editDistance($0.lowercased(), plain)) }.min { $0.1 < $1.1 }
    // A name with up to a third of its letters wrong counts as a typing error.
    if let nearest, nearest.1 <= Swift.max(2, name.count / 3) {
      return "did you mean \"\(nearest.0)\"?"
    }
    if known.isEmpty { return "the model has none." }
    return "the sites are " + known.map { "\"\($0)\"" }.joined(separator: ", ") + "."
  }
}
