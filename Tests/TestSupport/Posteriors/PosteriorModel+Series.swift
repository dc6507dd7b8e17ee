import Distributions
import PPL

extension PosteriorModel {
  /// An autoregression of order five.
  public static let autoregression = PosteriorModel("arK", "arK") { data in
    let (y, order) = (data["y"], 5)
    let lags = stack((1...order).map { y[.range(order - $0..<y.count - $0)] }, along: 1)
    return Model { p in
      let alpha = p.sample("alpha", Normal(0, 10))
      let beta = p.sample("beta", Normal(.zeros([order]), 10).toEvent(1))
      let sigma = p.sample("sigma", HalfCauchy(2.5))
      p.plate("time", y.count - order) { p in
        let mean = alpha + matmul(lags, beta)
        _ = p.sample("y", Normal(mean, sigma), observed: y[.range(order..<y.count)])
      }
    }
  }

  private static let garch = PosteriorModel("garch", "garch11") { data in
    let (y, first) = (data["y"], data["sigma1"])
    return Model { p in
      let mu = p.sample("mu", ImproperUniform(.real))
      let alpha0 = p.sample("alpha0", ImproperUniform(.positive))
      let alpha1 = p.sample("alpha1", Uniform(0, 1))
      let beta1 = p.sample("beta1", ImproperUniform(.interval(0, 1 - alpha1)))
      var variances = [square(first)]
      for t in 1..<y.count {
        let shock = square(y[.at(t - 1)] - mu)
        variances.append(alpha0 + alpha1 * shock + beta1 * variances[t - 1])
      }
      let deviations = sqrt(stack(variances))
      p.plate("time", y.count) { p in
        _ = p.sample("y", Normal(mu, deviations), observed: y)
      }
    }
  }

  /// Two states that are summed out from left to right; the first has weight one each.
  public static let hiddenMarkov = PosteriorModel("hmm_example", "hmm_example") { data in
    let y = data["y"]
    return Model { p in
      let rows = ["theta1", "theta2"].map { p.sample($0, Dirichlet([1, 1])) }
      let mu = p.sample("mu", ImproperUniform(.positiveOrderedVector, eventShape: [2]))
      p.factor("prior of mu", Normal([3, 10], 1).logProb(mu).sum())
      let moves = log(stack(rows))
      let emissions = Normal(mu, 1).logProb(y.expandingDimension(at: 1))
      var forward = emissions[.at(0)]
      for t in 1..<y.count {
        let arrivals = (forward.expandingDimension(at: 1) + moves).logSumExp(along: [0])
        forward = arrivals + emissions[.at(t)]
      }
      p.factor("y", forward.logSumExp())
    }
  }

  /// Hares and lynxes, by a Runge-Kutta method of order four with 16 steps a year.
  public static let predatorAndPrey = PosteriorModel("hudson_lynx_hare", "lotka_volterra") { data in
    let (y, first, steps) = (data["y"], data["y_init"], 16)
    return Model { p in
      let rates = TruncatedNormal([1, 0.05, 1, 0.05], [0.5, 0.05, 0.5, 0.05], low: 0)
      let theta = p.sample("theta", rates.toEvent(1))
      let start = p.sample("z_init", LogNormal(log([10, 10]), 1).toEvent(1))
      let sigma = p.sample("sigma", LogNormal([-1, -1], 1).toEvent(1))
      func slope(_ z: Tensor) -> Tensor {
        let (prey, predator) = (z[0], z[1])
        return stack([
          (theta[0] - theta[1] * predator) * prey, (-theta[2] + theta[3] * prey) * predator,
        ])
      }
      var (z, years) = (start, [Tensor]())
      let step = Tensor(1 / Double(steps))
      for _ in 0..<y.shape[0] {
        for _ in 0..<steps {
          let first = slope(z)
          let second = slope(z + 0.5 * step * first)
          let third = slope(z + 0.5 * step * second)
          let last = slope(z + step * third)
          z = z + step / 6 * (first + 2 * second + 2 * third + last)
        }
        years.append(z)
      }
      p.sample("y_init", LogNormal(log(start), sigma).toEvent(1), observed: first)
      p.sample("y", LogNormal(log(stack(years)), sigma).toEvent(2), observed: y)
    }
  }

  /// The time series.
  public static let series = [autoregression, garch, hiddenMarkov, predatorAndPrey]
}
