import Distributions
import PPL

/// Classes from standard normal covariates.
///
///     weights[k] ~ Normal(0, 1)    bias ~ Normal(0, 1)
///     log p(y) = Σ ( y[i] logit[i] - softplus(logit[i]) ),    logit = X weights + bias
func logisticRegression(rows: Int, columns: Int) -> Problem {
  let keys = RandomKey(2024).split(3)
  let covariates = keys[0].normal([rows, columns])
  let truth = keys[1].normal([columns])
  let classes = keys[2].uniform([rows]) .< sigmoid(matmul(covariates, truth))
  let model = Model { p in
    let weights = p.sample("weights", Normal(.zeros([columns]), 1).toEvent(1))
    let bias = p.sample("bias", Normal(0, 1))
    let logits = matmul(covariates, weights) + bias
    p.factor("y", (classes * logits - softplus(logits)).sum())
    return logits
  }
  return Problem(posterior: model, data: ["covariates": covariates, "classes": classes])
}
