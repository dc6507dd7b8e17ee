import PPL

/// Mistakes of transforms, supports and networks.
extension MistakesInModelsTests {
  static let transforms: [Row] = [
    Row(
      "ordered vectors from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in OrderedTransform()(1) },
    Row(
      "a stick from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in StickBreakingTransform()(1) },
    Row(
      "an L1 ball from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in L1BallTransform()(1) },
    Row(
      "a lower factor from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in LowerCholeskyTransform()(1) },
    Row(
      "a softplus factor from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in SoftplusLowerCholeskyTransform()(1) },
    Row(
      "a scaled factor from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in ScaledUnitLowerCholeskyTransform()(1) },
    Row(
      "a correlation from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in CorrelationCholeskyTransform()(1) },
    Row(
      "a simplex from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in SimplexToOrderedTransform()(1) },
    Row(
      "the inverse of ordered vectors from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in OrderedTransform().inverse(1) },
    Row(
      "the Jacobian of ordered vectors from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in OrderedTransform().logAbsDetJacobian(1, 1) },
    Row(
      "the inverse of a stick from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in StickBreakingTransform().inverse(1) },
    Row(
      "the Jacobian of a stick from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in StickBreakingTransform().logAbsDetJacobian(1, 1) },
    Row(
      "the inverse of an L1 ball from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in L1BallTransform().inverse(1) },
    Row(
      "the Jacobian of an L1 ball from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in L1BallTransform().logAbsDetJacobian(1, 1) },
    Row(
      "the inverse of cut points from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in SimplexToOrderedTransform().inverse(1) },
    Row(
      "the Jacobian of cut points from a number",
      "at the end of the model: this transform acts on vectors, but met a scalar"
    ) { _ in SimplexToOrderedTransform().logAbsDetJacobian(1, 1) },
    Row(
      "the inverse of a lower factor from a vector",
      "at the end of the model: a square matrix is needed, not one of shape [2]"
    ) { _ in LowerCholeskyTransform().inverse(.zeros([2])) },
    Row(
      "the inverse of a softplus factor from a vector",
      "at the end of the model: a square matrix is needed, not one of shape [2]"
    ) { _ in SoftplusLowerCholeskyTransform().inverse(.zeros([2])) },
    Row(
      "the inverse of a scaled factor from a vector",
      "at the end of the model: a square matrix is needed, not one of shape [2]"
    ) { _ in ScaledUnitLowerCholeskyTransform().inverse(.zeros([2])) },
    Row(
      "the inverse of a correlation from a vector",
      "at the end of the model: a square matrix is needed, not one of shape [2]"
    ) { _ in CorrelationCholeskyTransform().inverse(.zeros([2])) },
    Row(
      "the square of a vector",
      "at the end of the model: a square matrix is needed, not one of shape [2]"
    ) { _ in GramTransform()(.zeros([2])) },
    Row(
      "no elements",
      "at the end of the model: this transform acts on vectors of at least 1 elements, but met shape [0]"
    ) { _ in OrderedTransform()(.zeros([0])) },
    Row(
      "a sum to zero of too few axes",
      "at the end of the model: ZeroSumTransform of rank 2 met shape [3]"
    ) { _ in ZeroSumTransform(rank: 2)(.zeros([3])) },
    Row(
      "a sum to zero along a negative number of axes",
      "at the end of the model: ZeroSumTransform: rank is -1, but must not be negative"
    ) { _ in ZeroSumTransform(rank: -1)(.zeros([3])) },
    Row(
      "no transforms", "at the end of the model: ComposedTransform needs at least one transform"
    ) { _ in ComposedTransform([])(1) },
    Row(
      "vectors in place of numbers",
      "at the end of the model: ConcatenatedTransform: every part must act on single numbers"
    ) { _ in ConcatenatedTransform([(OrderedTransform(), 2)])(.zeros([2])) },
    Row(
      "stretches of another length",
      "at the end of the model: stretches of [2, 1] elements met shape [2]"
    ) { _ in ConcatenatedTransform([(ExpTransform(), 2), (ExpTransform(), 1)])(.zeros([2])) },
    Row(
      "a stretch of negative length",
      "at the end of the model: stretches of [3, -1] elements met shape [2]"
    ) { _ in ConcatenatedTransform([(ExpTransform(), 3), (ExpTransform(), -1)])(.zeros([2])) },
    Row(
      "a fold, which has no Jacobian",
      "at the end of the model: AbsTransform takes two numbers to one: it has no Jacobian"
    ) { _ in AbsTransform().logAbsDetJacobian(1, 1) },
    Row(
      "a bijection onto separate points",
      "at the end of the model: a support that is 0 or 1 is discrete: no bijection from the reals"
    ) { _ in biject(to: .boolean).forwardShape([2]) },
    Row(
      "a bijection onto a sphere",
      "at the end of the model: a sphere has no bijection from the reals: give the direction of a normal vector instead"
    ) { _ in biject(to: .sphere).forwardShape([2]) },
    Row(
      "a support of simplices",
      "before or in the statement of \"w\": concatenated(_:): every part must be a set of single "
        + "numbers"
    ) { p in p.parameter("w", initially: .zeros([2]), in: .concatenated([(.simplex, 2)])) },
    Row(
      "two parts of one name",
      "before or in the statement of \"net/0/weight\": Sequential: the names [\"a\", \"a\"] are not all "
        + "different"
    ) { p in p.module("net", Sequential(["a": Linear(1, 1), "a": Tanh()]))(.zeros([1])) },
  ]
}
