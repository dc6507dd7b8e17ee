import Distributions
import Inference
import PPL
import Tables

let table = try CSVTable(parsing: "y\n0.9\n1.1\n1.3\n", file: "y.csv")
let column = try table.requireColumn("y")
let values = Tensor(try table.rows.map { try table.double($0, column) })

let model = Model { p in
  let mean = p.sample("mean", Normal(0, 10))
  p.plate("row", table.rows.count) { p in p.sample("y", Normal(mean, 1)) }
}
let posterior = model.conditioned(on: ["y": values])
let svi = SVI(posterior, guide: AutoNormal(posterior), optimizer: Adam(learningRate: 0.05))
let draws = try svi.run(steps: 500, key: RandomKey(0)).draws(200, key: RandomKey(1))

var csv = CSVWriter(header: ["mean"])
csv.append([.number(draws["mean"].mean().scalar)])
print(csv.text, terminator: "")
