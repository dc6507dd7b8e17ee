import PPL
import Preconditions

/// An error in the setup of an inference.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A discrete latent site, which has no density on the reals.
  case discreteSite(String)
  /// A site of a guide whose draws are not reparameterized.
  case drawWithoutGradient(String, distribution: String)
  /// A latent site or a parameter without a value, where each needs one.
  case missingValue(String)
  /// A search for a start that found none with a finite density and gradient.
  case noValidStart(attempts: Int, suspects: [String])
  /// Guide and model do not have the same latent sites.
  case guideMismatch(onlyInGuide: [String], onlyInModel: [String])
  /// A latent site that is inside a subsampled plate in only one of guide and model.
  case missingPlate(String, plate: String, in: String)
  /// Data that are rows of a subsampled plate, at a site outside it.
  case minibatchOutsidePlate(String, batch: [Int], plate: String)
  /// A step or a draw whose sites, or their shapes, differ from those before it.
  case sitesChanged(SiteChange)
  /// A guide whose draws of a site lie outside the model's support: all of them, or too many to run the model.
  case guideOutsideSupport(OutsideSupport)
  /// A name that no site has, with the existing names.
  case unknownSite(String, known: [String])
  /// A stored fit of another model, or of other data.
  case checkpointMismatch(stored: Int, expected: Int)
  /// A checkpoint made with another optimizer: its state has other sizes.
  case otherOptimizer(stored: [Int], expected: [Int])
  /// A guide over all sites at once, and a site whose rows change from step to step.
  case subsampledSite(String, plate: String, guide: String)
  /// A site whose support depends on others, where the rows of a subsampled plate come in between.
  case supportInMinibatch(String, parents: [String], plate: String)
  /// A site of an `AutoGuideList` whose support depends on a site of another part.
  case supportOfOtherPart(String, parent: String)
  /// A seed in the model or the guide, which would repeat in each step draws that must be new: rows of a plate, or a site of a
  /// guide.
  case seeded(String, in: String)
  /// A checkpoint of a training by another plan of epochs: after `step` steps of an epoch, which has `steps` now.
  case otherEpochs(step: Int, steps: Int)
  /// More factors of a covariance than latent numbers, or none.
  case guideRank(Int, count: Int)
  /// A latent site in no part of an `AutoGuideList`, or in several.
  case guideParts(String, owners: Int)
  /// A guide without a density at a site, which is a point or depends on more than the latent sites of the model.
  case guideWithoutDensity(site: String)
  /// The Hessian at a fitted mode is not positive definite.
  case notAMode
  /// A fit whose loss does not curve up in every direction, so that it has no linear response.
  case notAnOptimum
  /// A log density in which no search from these starts ended in a mode; the sites along which it still rises, or is flat.
  case noMode(starts: Int, along: [String])
  /// An iteration of score matching in which no draw has a finite score.
  case noScores(iteration: Int)
  /// A minibatch whose rows do not divide evenly into shards; the plate is nil if none is subsampled.
  case shards(Int, plate: String?, rows: Int)
  /// A number of steps or draws that is not positive.
  case count(String, Int)
  /// A number of draws or particles that does not fit into the memory of any machine.
  case memory(String, Int)
  /// An invalid setting of an optimizer, a loss, a guide or the like: its owner, the value and the requirement.
  case argument(of: String, found: String, requirement: String)
  /// A mistake in a tensor expression of an optimizer, a guide or a function to be minimized.
  case expression(Mistake)

  public var description: String {
    switch self {
    case .discreteSite(let name):
      "site \"\(name)\": is discrete and latent; gradients cannot reach it. Observe it or sum it out."
    case .drawWithoutGradient(let name, let distribution):
      "site \"\(name)\": draws of \(distribution) do not move with its parameters, so a "
        + "guide with it would get a wrong gradient; take another distribution for the guide."
    case .missingValue(let name):
      "site \"\(name)\": no value was given; give one for each latent site and parameter."
    case .noValidStart(let attempts, let suspects):
      "no start with a finite log density and gradient was found in \(counted(attempts, "attempt"))"
        + (suspects.isEmpty
          ? "" : "; not finite: " + suspects.map { "\"\($0)\"" }.joined(separator: ", "))
        + ". Give starting values inside the support (initialization: .values)."
    case .guideMismatch(let onlyInGuide, let onlyInModel):
      "guide and model differ in their latent sites:"
        + (onlyInGuide.isEmpty ? "" : " only the guide has \(quoted(onlyInGuide));")
        + (onlyInModel.isEmpty ? "" : " only the model has \(quoted(onlyInModel));")
        + " give both the same sites."
    case .missingPlate(let name, let plate, let place):
      "site \"\(name)\": the \(place) has it outside the subsampled plate \"\(plate)\", "
        + "where it would not count for all rows; "
        + "put p.plate(\"\(plate)\", …) around it there too."
    case .minibatchOutsidePlate(let name, let batch, let plate):
      "site \"\(name)\": its data, of batch \(batch), are rows of the subsampled plate "
        + "\"\(plate)\", but it is outside the plate and would not count for all rows; "
        + "move it inside p.plate(\"\(plate)\", …)."
    case .sitesChanged(let change):
      "\(change)."
    case .guideOutsideSupport(let outside):
      "\(outside), or start it inside."
    case .unknownSite(let name, let known):
      "no site is named \"\(name)\"; there are \(quoted(known))."
    case .otherOptimizer(let stored, let expected):
      "the checkpoint's optimizer keeps \(stored) numbers and this one \(expected); continue "
        + "with the optimizer that the fit was begun with."
    case .checkpointMismatch(let stored, let expected):
      "the checkpoint holds \(stored) parameters of another model or other data, where this one has \(expected). "
        + "Use the data and options it was made with, or start again."
    case .subsampledSite(let name, let plate, let guide):
      "site \"\(name)\": is inside the subsampled plate \"\(plate)\", where \(guide) cannot "
        + "follow its rows; use AutoNormal or AutoDelta."
    case .supportInMinibatch(let name, let parents, let plate):
      "site \"\(name)\": its support depends on \(quoted(parents)), and the subsampled plate "
        + "\"\(plate)\" uses other rows in each step; draw it from a distribution of fixed support and "
        + "transform it, as in a * u with u ~ Uniform(0, 1)."
    case .supportOfOtherPart(let name, let parent):
      "AutoGuideList: the support of site \"\(name)\" depends on \"\(parent)\", which another part "
        + "has; give both to one part."
    case .seeded(let name, let place):
      "the \(place) is seeded, so \"\(name)\" would be drawn from the same key in every step; SVI "
        + "seeds model and guide again for each step: leave out seeded(by:)."
    case .otherEpochs(let step, let steps):
      "the checkpoint is after \(step) steps of an epoch, which has \(steps) here; continue with the rows and the "
        + "size of minibatches that the training was begun with."
    case .guideRank(let rank, let count):
      "AutoLowRankMultivariateNormal: rank is \(rank), but must be in 1...\(count), the "
        + "number of unconstrained latent values."
    case .guideParts(let name, let owners):
      "AutoGuideList: \(owners == 0 ? "no part has" : "\(owners) parts have") the site "
        + "\"\(name)\"; give each latent site to one part, or end with rest."
    case .guideWithoutDensity(let site):
      "site \"\(site)\": the guide has no density there, since it is a point or depends on more than the latent sites of "
        + "the model; take a guide with a density, such as AutoNormal."
    case .notAMode:
      "AutoLaplaceApproximation: the log density does not curve down in every direction at "
        + "the fitted point; take more steps, minimize with LBFGS, or use AutoMultivariateNormal."
    case .notAnOptimum:
      "linearResponseCovariance: the loss does not curve up in every direction at the fitted parameters; take more steps, "
        + "or more draws."
    case .noMode(let starts, let sites):
      "GaussianApproximation: \(counted(starts, "search", "searches")) found no mode of the log density"
        + (sites.isEmpty ? "" : ", which rises without end or is flat along \(quoted(sites))")
        + "; state a hierarchical site as mean + scale * standard normal, give flat parameters a "
        + "prior, or sample with NUTS."
    case .noScores(let iteration):
      "BatchAndMatch: no draw of iteration \(iteration) has a finite log density and gradient; give "
        + "starting values in the bulk of the posterior, or sample with NUTS."
    case .shards(let shards, nil, _):
      "shards is \(shards), but no plate is subsampled; give one a subsampleSize, or leave shards at 1."
    case .shards(let shards, let plate?, let rows):
      "plate \"\(plate)\": \(rows) rows do not divide into \(shards) shards of one size."
    case .count(let what, let got):
      "\(what) is \(got), but must be positive."
    case .memory(let what, let got):
      "\(what) is \(got), more than the memory of this machine holds; take fewer, or several runs."
    case .argument(let owner, let found, let requirement):
      "\(owner): \(found), but \(requirement)."
    case .expression(let mistake):
      mistake.description
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
