import PPL
import Testing

/// Expects what every distribution owes: shapes, support, draws that follow its density, and gradients.
///
/// Checks of moments, of the distribution function and of the entropy run where there are any.
public func expectDistribution(_ family: Family) {
  let distribution = family.make(family.parameters)
  expectShapes(distribution, family)
  expectDrawsInSupport(distribution)
  expectDifferentiable(family)
  expectViolations(family)
  if !distribution.isDiscrete { expectDrawsMove(family) }
  if let distribution = distribution as? any HasMoments {
    expectMoments(distribution, withVariance: family.hasFourthMoment)
  }
  if let distribution = distribution as? any HasQuantiles {
    expectSampler(ofBatch: distribution.batchShape, cdf: distribution.cdf) { shape, key in
      distribution.sample(shape, key: key)
    }
    expectDensityIsSlopeOfCDF(distribution)
    expectInverse(distribution)
  }
  if let distribution = distribution as? any HasEntropy { expectEntropy(distribution) }
  if distribution.isDiscrete { expectCounts(distribution) }
}

private func expectShapes(_ distribution: any Distribution, _ family: Family) {
  let (batch, event) = (distribution.batchShape, distribution.eventShape)
  for leading in [[], [3], [2, 3]] {
    let draws = distribution.sample(leading, key: RandomKey(1))
    #expect(draws.shape == leading + batch + event)
    #expect(distribution.logProb(draws).shape == leading + batch)
  }
  // One event for the whole batch.
  let one = distribution.sample([], key: RandomKey(1))
    .reshaped(to: [-1] + event)[0].broadcast(to: event)
  #expect(distribution.logProb(one).shape == batch)
  for parameter in distribution.parameters where family.sharesBatch {
    // One of a wrapped distribution may also have the dimensions that the wrapper counts as its event.
    let shape = Array(parameter.value.shape.dropLast(parameter.constraint.eventRank))
    let isOfBatch = broadcastShapes([shape, batch]) == batch
    #expect(isOfBatch || broadcastShapes([shape, batch + event]) == batch + event)
  }
}

private func expectDrawsInSupport(_ distribution: any Distribution) {
  let draws = distribution.sample([1000], key: RandomKey(2))
  #expect(distribution.support.contains(draws).all().scalar == 1)
  #expect(distribution.support.eventRank == distribution.eventShape.count)
  #expect(isFinite(distribution.logProb(draws)).all().scalar == 1)
  #expect(distribution.sample([1000], key: RandomKey(2)).scalars == draws.scalars)
  #expect(distribution.sample([1000], key: RandomKey(3)).scalars != draws.scalars)

  // What a draw keeps must not change its density, but for rounding.
  let draw = distribution.draw([1000], key: RandomKey(2))
  #expect(draw.value.scalars == draws.scalars)
  expectClose(distribution.logProb(of: draw), distribution.logProb(draws), relative: 1e-9)
}

/// The log density is differentiable in the value and in every parameter, and can be replayed.
private func expectDifferentiable(_ family: Family) {
  let distribution = family.make(family.parameters)
  if distribution.isDiscrete { return expectDifferentiableInParameters(family) }
  // Quantiles keep clear of ends and kinks, where differences would be wrong.
  let p = Tensor([0.2, 0.45, 0.8]).reshaped(to: [3] + ones(distribution))
  let x =
    (distribution as? any HasQuantiles)?.icdf(p)
    ?? distribution.sample([3], key: RandomKey(4))
  // A simplex or a symmetric matrix has no neighbours in all directions: its map from the reals
  // moves it, unless the family says how.
  let support = distribution.support
  let map =
    support.eventRank > 0 && !support.isDiscrete && !family.hasOwnMoves ? support.bijection : nil
  let density: ([Tensor]) -> Tensor = { inputs in
    let value = map.map { $0(inputs[0]) } ?? family.moving(inputs[0])
    return family.make(Array(inputs.dropFirst())).logProb(value)
  }
  let free = map.map { $0.inverse(x) } ?? x
  expectGradient(of: density, at: [free] + family.parameters, family.name)
  expectSameBitsReplayed({ [density($0)] }, at: [free] + family.parameters, family.name)
}

/// As above for counts, which are no place to take a derivative.
private func expectDifferentiableInParameters(_ family: Family) {
  if family.parameters.isEmpty { return }
  let x = family.make(family.parameters).sample([4], key: RandomKey(4))
  let density: ([Tensor]) -> Tensor = { family.make($0).logProb(x) }
  expectGradient(of: density, at: family.parameters, family.name)
  expectSameBitsReplayed({ [density($0)] }, at: family.parameters, family.name)
}

/// Gradients through draws agree with finite differences.
private func expectDrawsMove(_ family: Family) {
  let key = RandomKey(8)
  let draw: ([Tensor]) -> Tensor = { family.make($0).sample([3], key: key) }
  switch family.draws {
  case .alongPath:
    expectGradient(of: draw, at: family.parameters, tolerance: 1e-6, "draws of \(family.name)")
  case .byQuantile:
    guard let distribution = family.make(family.parameters) as? any HasQuantiles else { return }
    let p = distribution.cdf(draw(family.parameters))
    let quantile: ([Tensor]) -> Tensor = {
      (family.make($0) as? any HasQuantiles)?.icdf(p) ?? 0
    }
    let moved = valueWithGradient(of: { draw($0).sum() }, at: family.parameters).gradient
    for (index, slope) in moved.enumerated() {
      let numerical = difference(of: quantile, at: family.parameters, index)
      // Differences of an iterative inverse, and of the incomplete gamma function behind the slope.
      expectClose(slope, numerical, relative: 1e-5, absolute: 1e-6, "draws of \(family.name)")
    }
  case .inExpectation, .none: break
  }
}

/// Central differences of `sum(f)` in every element of one argument.
private func difference(
  of f: ([Tensor]) -> Tensor, at arguments: [Tensor], _ index: Int
) -> Tensor {
  let argument = arguments[index]
  let slopes = (0..<argument.count).map { element in
    func moved(_ h: Double) -> Double {
      var (values, inputs) = (argument.scalars, arguments)
      values[element] += h
      inputs[index] = Tensor(values, shape: argument.shape)
      return f(inputs).sum().scalar
    }
    let h = 1e-4 * max(abs(argument.scalars[element]), 0.1)
    return (8 * (moved(h / 2) - moved(-h / 2)) - (moved(h) - moved(-h))) / (6 * h)
  }
  return Tensor(slopes, shape: argument.shape)
}

private func expectViolations(_ family: Family) {
  #expect(family.make(family.parameters).parameterViolation == nil)
  for (parameter, values) in family.invalid {
    let violation = family.make(values).parameterViolation
    #expect(violation?.parameter == parameter)
    #expect(violation?.description.contains("must be") == true)
  }
}

/// Mean and variance of draws, within six standard errors.
private func expectMoments(_ distribution: any HasMoments, withVariance: Bool) {
  #expect(distribution.mean.shape == distribution.batchShape + distribution.eventShape)
  #expect(distribution.variance.shape == distribution.batchShape + distribution.eventShape)
  let count = 20_000
  let draws = distribution.sample([count], key: RandomKey(5))
  let mean = distribution.mean.scalars
  let variance = distribution.variance.scalars
  let columns = draws.reshaped(to: [count, mean.count])
  for column in 0..<mean.count where mean[column].isFinite && variance[column].isFinite {
    let values = columns[.all, .at(column)].scalars
    let squares = values.map { ($0 - mean[column]) * ($0 - mean[column]) }
    let error = values.reduce(0, +) / Double(count) - mean[column]
    #expect(abs(error) <= 6 * (variance[column] / Double(count)).squareRoot() + 1e-12)
    guard withVariance else { continue }
    let spread = squares.reduce(0, +) / Double(count)
    let fourth = squares.reduce(0) { $0 + $1 * $1 } / Double(count)
    let standardError = (max(fourth - spread * spread, 0) / Double(count)).squareRoot()
    #expect(abs(spread - variance[column]) <= 6 * standardError + 1e-12)
  }
}

/// The distribution function's own slope is the density.
private func expectDensityIsSlopeOfCDF(_ distribution: any HasQuantiles) {
  let x = distribution.icdf(Tensor([0.1, 0.35, 0.8]).reshaped(to: [3] + ones(distribution)))
  let h = 1e-5 * maximum(abs(x), 0.01)
  let slope = (distribution.cdf(x + h) - distribution.cdf(x - h)) / (2 * h)
  // The error of a central difference at this step.
  expectClose(exp(distribution.logProb(x)), slope, relative: 1e-5)
}

/// `icdf(cdf(x)) = x` and `cdf(icdf(p)) = p`.
private func expectInverse(_ distribution: any HasQuantiles) {
  let p = Tensor([1e-3, 0.2, 0.5, 0.7, 0.99]).reshaped(to: [5] + ones(distribution))
  let x = distribution.icdf(p)
  #expect(x.shape == [5] + distribution.batchShape)
  // Rounding, magnified where the density is low.
  expectClose(distribution.cdf(x), p.broadcast(to: x.shape), relative: 1e-9)
  expectClose(distribution.icdf(distribution.cdf(x)), x, relative: 1e-7)
}

/// The mean of `-log p` over draws, within six standard errors.
private func expectEntropy(_ distribution: any HasEntropy) {
  #expect(distribution.entropy.shape == distribution.batchShape)
  let count = 20_000
  let draws = distribution.sample([count], key: RandomKey(7))
  let surprise = -distribution.logProb(draws)
  let mean = surprise.mean(along: [0])
  let spread = square(surprise - mean).mean(along: [0])
  let standardError = sqrt(spread / Tensor(Double(count))) + 1e-12
  let deviations = abs(mean - distribution.entropy) / standardError
  #expect(deviations.max().scalar < 6)
}

/// A 1 for each dimension of the batch, so that a column broadcasts against it.
private func ones(_ distribution: any Distribution) -> [Int] {
  distribution.batchShape.map { _ in 1 }
}
