import Distributions
import PPL

/// Mistakes of plates and subsamples.
extension MistakesInModelsTests {
  static let plates: [Row] = [
    Row("no elements", "plate \"n\": size is 0, but must be positive.") { p in
      p.plate("n", 0) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("a negative size", "plate \"n\": size is -3, but must be positive.") { p in
      p.plate("n", -3) { p in p.sample("x", Normal(0, 1)) }
    },
    Row(
      "more elements than memory",
      "plate \"n\": size is 9223372036854775807, but the memory of this machine does not hold as "
        + "many numbers; use fewer elements."
    ) { p in p.plate("n", .max) { p in p.sample("x", Normal(0, 1)) } },
    Row(
      "a subsample of more than memory",
      "plate \"n\": size is 9223372036854775807, but the memory of this machine does not hold as "
        + "many numbers; use fewer elements."
    ) { p in p.plate("n", .max, subsampleSize: 2) { p in p.sample("x", Normal(0, 1)) } },
    Row("a subsample too large", "plate \"n\": subsampleSize is 3, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: 3) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("an empty subsample", "plate \"n\": subsampleSize is 0, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: 0) { p in p.sample("x", Normal(0, 1)) }
    },
    Row("a negative subsample", "plate \"n\": subsampleSize is -1, but must be in 1...2.") { p in
      p.plate("n", 2, subsampleSize: -1) { p in p.sample("x", Normal(0, 1)) }
    },
    Row(
      "a dimension from the left",
      "plate \"n\": dim is 0, but counts from the right: -1, -2, … to -16."
    ) { p in p.plate("n", 2, dim: 0) { _ in } },
    Row(
      "a dimension beyond all",
      "plate \"n\": dim is -9223372036854775808, but counts from the right: -1, -2, … to -16."
    ) { p in p.plate("n", 2, dim: .min) { _ in } },
    Row(
      "a stack beyond all",
      "plate \"n_0\": dim is -9223372036854775808, but counts from the right: -1, -2, … to -16."
    ) { p in p.plateStack("n", [2, 3], rightmostDim: .min) { _ in } },
    Row(
      "a dimension taken",
      "plate \"b\": dim -1 belongs to plate \"a\" around it; give another, or none for the next "
        + "that is free."
    ) { p in p.plate("a", 2) { p in p.plate("b", 2, dim: -1) { _ in } } },
    Row(
      "nested plates of one name",
      "plate \"n\": is inside another plate of this name; rename one of the two."
    ) { p in p.plate("n", 2) { p in p.plate("n", 3) { p in p.sample("x", Normal(0, 1)) } } },
    Row(
      "indices of no plate",
      "at the end of the model: indices(of:): no plate \"m\" is around this statement."
    ) { p in p.plate("n", 2) { p in _ = p.indices(of: "m") } },
    Row(
      "data of another size",
      "before or in the statement of \"x\": data of shape [3] do not have the 4 elements of the "
        + "plate along dimension 0."
    ) { p in
      p.plate("n", 4, subsampleSize: 2) { p, rows in
        p.sample("x", Normal(0, 1), observed: rows.taken(from: .zeros([3])))
      }
    },
    Row(
      "an event rank beyond the data",
      "plate \"n\": subsample(_:) got data of shape [4], but needs 1 or 4 elements at dim -3; give "
        + "it the whole data, and in eventRank how many dimensions belong to one row."
    ) { p in p.plate("n", 4, subsampleSize: 2) { p in _ = p.subsample(.zeros([4]), eventRank: 2) }
    },
  ]
}
