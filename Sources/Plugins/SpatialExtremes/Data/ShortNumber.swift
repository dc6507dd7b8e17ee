/// A number with the fewest digits, without a decimal point where it is whole: `100`, `1.5`.
func shortNumber(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}
