import Foundation

// Special functions of numbers by their series, for the values of elementwise operations.

func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

/// The series of e^-|x| I_m(x) (DLMF 10.25.2).
func scaledBessel(_ order: Int, _ x: Double) -> Double {
  var term = pow(x / 2, Double(order)) * exp(-abs(x))
  var sum = 0.0
  for k in 1...40 {
    sum += term
    term *= x * x / (4 * Double(k * (k + order)))
  }
  return sum
}

/// Hurwitz's zeta function by Euler and Maclaurin's sum (DLMF 25.11.28).
func zetaSum(_ s: Double, _ x: Double) -> Double {
  let X = x + 40
  let head = (0..<40).reduce(0) { $0 + pow(x + Double($1), -s) }
  let first = s / (12 * X)
  let second = first * (s + 1) * (s + 2) / (60 * X * X)
  let third = second * (s + 3) * (s + 4) / (42 * X * X)
  return head + (X / (s - 1) + 0.5 + first - second + third) * pow(X, -s)
}

/// The digamma function by its recurrence and its asymptotic series (DLMF 5.5.2, 5.11.2).
func digammaSum(_ x: Double) -> Double {
  let X = x + 20
  let z = 1 / (X * X)
  let head = (0..<20).reduce(0) { $0 - 1 / (x + Double($1)) }
  return head + log(X) - 0.5 / X - z * (1 / 12.0 - z * (1 / 120.0 - z / 252))
}

/// The series of P(a, x) (DLMF 8.11.4).
func gammaSeries(_ a: Double, _ x: Double) -> Double {
  var term = pow(x, a) * exp(-x) / tgamma(a + 1)
  var sum = 0.0
  for n in 1...200 {
    sum += term
    term *= x / (a + Double(n))
  }
  return sum
}

/// The series of I_x(a, b) (DLMF 8.17.8), of the upper tail for large `x`.
func betaSeries(_ a: Double, _ b: Double, _ x: Double) -> Double {
  if x > 0.6 { return 1 - betaSeries(b, a, 1 - x) }
  var term = pow(x, a) * pow(1 - x, b) * tgamma(a + b) / (tgamma(a + 1) * tgamma(b))
  var sum = 0.0
  for n in 0..<200 {
    sum += term
    term *= x * (a + b + Double(n)) / (a + 1 + Double(n))
  }
  return sum
}
