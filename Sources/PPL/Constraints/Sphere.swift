/// Vectors of length one.
struct SphereConstraint: Constraint {
  var name: String { "a vector of length 1" }
  var eventRank: Int { 1 }

  func contains(_ x: Tensor) -> Tensor {
    let norm = sqrt(square(x).sum(along: [-1]))
    let rounding = Tensor(10 * Double(x.shape[x.rank - 1]) * Double.ulpOfOne)
    return abs(norm - 1) .<= rounding
  }

  /// There is none: a sphere cannot be laid out flat.
  var bijection: any Transform {
    preconditionFailure(
      "a support that is the sphere has no bijection from the reals: "
        + "sample a normal vector and divide it by its length")
  }

  /// The first axis.
  func feasible(_ shape: [Int]) -> Tensor {
    (Tensor.arange(shape[shape.count - 1]) .== 0).broadcast(to: shape)
  }
}

extension Support {
  /// Vectors of length one.
  public static var sphere: Support { Support(SphereConstraint()) }
}
