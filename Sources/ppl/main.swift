import Foundation
import Inference
import Plugins
import SpatialExtremes
import PPL

func probe() throws {
  let folder = URL(filePath: "Tests/Reference")
  let data = try StationMaxima(folder: folder)
  let gev = GEVMultiplicative(data)
  let joint = try LogJoint(gev.posterior)
  print(joint.sites.map { ($0.name, $0.shape) })
  let optimizer = ZeroNaNs().then(ClipGlobalNorm(10)).then(Adam(learningRate: 3e-3))
  let svi = SVI(gev.posterior, guide: AutoNormal(gev.posterior, initialization: .values(gev.start)), optimizer: optimizer)
  let t0 = ContinuousClock.now
  let fit = try svi.run(steps: 6000, key: RandomKey(0))
  print("TIME", ContinuousClock.now - t0)
  print(fit.losses[0], fit.losses[1], fit.losses[999], fit.losses[5999], fit.reads)
  for k in ["mu0_auto_loc", "xi_auto_loc", "k_mu.variance_auto_scale"] { print(k, fit.unconstrainedParameters[k]!) }
  let draws = try fit.draws(600, key: RandomKey(4))
  print(draws["mu0"].mean(), draws["beta0"].mean(), draws["xi"].mean(), draws.names)
  let p = try fit.predictions(gev.model, 600, key: RandomKey(3))
  print(p["sigma"].mean(), p.names)
  print("TIME", ContinuousClock.now - t0)
}
try probe()
