/// The places of draws by resampling, in ascending order: one for each of equal strata of the sum of the weights, at a uniform
/// number within its stratum.
///
/// Independent numbers are stratified resampling; equal ones are systematic, by which each place has its weight times the
/// number of strata, rounded up or down.
///
/// - Parameters:
///   - weights: The weights, whose sum is 1.
///   - uniforms: A number in [0, 1) for each stratum.
/// - Reference: Kitagawa (1996), *Monte Carlo filter and smoother for non-Gaussian nonlinear state space models*, appendix.
func resampledPlaces(_ weights: [Double], _ uniforms: [Double]) -> [Int] {
  var (place, sum) = (0, weights.first ?? 1)
  return uniforms.enumerated().map { stratum, uniform in
    let level = (Double(stratum) + uniform) / Double(uniforms.count)
    while sum < level, place < weights.count - 1 {
      place += 1
      sum += weights[place]
    }
    return place
  }
}

/// The places of independent draws with replacement by weight, in the order of the uniform numbers.
///
/// - Parameters:
///   - cumulative: The sums of the weights up to each place, the last one positive.
///   - uniforms: A number in [0, 1) for each draw.
/// - Complexity: O(log D) a draw of D places.
func independentPlaces(_ cumulative: [Double], _ uniforms: [Double]) -> [Int] {
  let total = cumulative.last ?? 0
  return uniforms.map { uniform in
    let level = uniform * total
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > level { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
