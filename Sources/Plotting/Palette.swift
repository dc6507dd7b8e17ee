/// The colours, marks and, from the eighth curve on, dashes that distinguish curves.
///
/// - Reference: Okabe and Ito (2008), *Color Universal Design*.
enum Palette {
  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
  ]
  private static let marks = [7, 5, 9, 13, 11, 6, 4]

  static func color(_ curve: Int) -> String { colors[curve % colors.count] }
  static func mark(_ curve: Int) -> Int { marks[curve % marks.count] }
  static func dash(_ curve: Int) -> Int { 1 + curve / colors.count }
}
