extension Context {
  /// Completes a statement after the handlers have processed it.
  mutating func resolve(_ site: inout Site) {
    switch site.kind {
    case .sample: resolveSample(&site)
    case .parameter: resolveParameter(&site)
    case .plate: resolvePlate(&site)
    case .deterministic: site.value = site.value?.named(site.name)
    case .factor: checkMask(&site)
    case .randomKey: break
    }
  }

  private mutating func resolveSample(_ site: inout Site) {
    guard let distribution = site.distribution else { return }
    checkMask(&site)
    let violation = distribution.parameterViolation
    if let violation { fail(.parameter(site: site.name, violation)) }

    if site.value == nil {
      if let key = site.key, violation == nil {
        site.draw = distribution.draw([], key: key)
      } else {
        // No draw from a distribution with a wrong parameter: some samplers would never return.
        if site.key == nil { fail(.missingKey(site: site.name)) }
        site.value = distribution.support.feasible(distribution.shape)
      }
    } else if site.isObserved {
      checkObservation(&site, of: distribution)
    } else {
      checkGivenValue(&site, of: distribution)
    }
    if let draw = site.draw {
      site.draw = Draw(value: draw.value.named(site.name), base: draw.base)
    }
  }

  private mutating func checkMask(_ site: inout Site) {
    guard let mask = site.mask, let distribution = site.distribution,
      broadcastShapes([mask.shape, distribution.batchShape]) == nil
    else { return }
    fail(.maskShape(site: site.name, mask: mask.shape, batch: distribution.batchShape))
    site.mask = nil
  }

  private mutating func checkObservation(_ site: inout Site, of distribution: any Distribution) {
    guard let value = site.value else { return }
    if value.shape != distribution.shape {
      fail(
        .observationShape(site: site.name, observed: value.shape, expected: distribution.shape))
      site.value = distribution.support.feasible(distribution.shape)
      return
    }
    let support = distribution.support
    if let offender = support.offender(in: value, mask: site.mask) {
      fail(
        .observation(
          site: site.name, distribution: distribution.name, offender, requirement: support.name))
    }
  }

  /// Checks a value from a guide or a caller, which may have fewer elements than the site if it broadcasts.
  private mutating func checkGivenValue(_ site: inout Site, of distribution: any Distribution) {
    guard let value = site.value,
      broadcastShapes([value.shape, distribution.shape]) == nil
    else { return }
    fail(.valueShape(site: site.name, given: value.shape, expected: distribution.shape))
    site.value = distribution.support.feasible(distribution.shape)
  }

  private mutating func resolveParameter(_ site: inout Site) {
    if site.value == nil {
      switch site.initializer {
      case .value(let initial): site.value = initial
      case .drawn(let initial): site.value = initial(randomKey(site.name))
      case nil: break
      }
    }
    guard let value = site.value else { return }
    if value.isRecorded, site.constraint.feasible(value.shape).isRecorded {
      fail(.parameterConstraint(site: site.name))
    } else if value.rank < site.constraint.eventRank {
      fail(
        .parameterRank(
          site: site.name, shape: value.shape, eventRank: site.constraint.eventRank,
          requirement: site.constraint.name))
    }
    if let offender = site.constraint.offender(in: value) {
      fail(.parameterValue(site: site.name, offender, requirement: site.constraint.name))
    }
    site.value = value.named(site.name)
  }

  private mutating func resolvePlate(_ site: inout Site) {
    guard site.value == nil, let size = site.plateSize else { return }
    if let key = site.key {
      // The first places of a shuffle, as NumPyro chooses them on accelerators.
      site.value = key.permutation(size.full)[.range(0..<size.used)]
    } else {
      fail(.missingKey(site: site.name))
      site.value = .arange(size.used)
    }
  }
}
