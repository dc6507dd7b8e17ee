import Foundation
import Fourier
import TestSupport
import Testing

/// Signals without symmetry, one after the other.
private func signals(_ count: Int, of length: Int) -> [Double] {
  (0..<count * length).map { sin(1.3 * Double($0)) + 0.1 * Double($0 % 7) }
}

@Test(arguments: [1, 2, 5, 12, 120])
func spectraAreTheSumsOfTheDefinition(length: Int) {
  let x = signals(1, of: length)
  let found = FourierTransform(count: length).forward(x)
  for l in 0...length / 2 {
    let angles = (0..<length).map { 2 * Double.pi * Double(l * $0 % length) / Double(length) }
    let real = zip(x, angles).reduce(0) { $0 + $1.0 * cos($1.1) }
    let imaginary = -zip(x, angles).reduce(0) { $0 + $1.0 * sin($1.1) }
    // Rounding of sums of up to 120 numbers near 1.
    #expect(abs(found[l] - real) < 1e-12)
    if l > 0, 2 * l < length { #expect(abs(found[length - l] - imaginary) < 1e-12) }
  }
}

@Test(arguments: [FourierTransform.Layout.bySignal, .byWavenumber])
func backwardAfterForwardIsTheSignalTimesItsLength(layout: FourierTransform.Layout) {
  let (x, transform) = (signals(3, of: 20), FourierTransform(count: 20))
  let back = transform.backward(transform.forward(x, layout: layout), layout: layout)
  expectClose(back.map { $0 / 20 }, x, relative: 1e-14, absolute: 1e-14)
}

@Test func layoutsHoldTheSameNumbers() {
  let (x, transform) = (signals(3, of: 8), FourierTransform(count: 8))
  let (a, b) = (transform.forward(x), transform.forward(x, layout: .byWavenumber))
  for signal in 0..<3 {
    for l in 0..<8 { #expect(abs(a[8 * signal + l] - b[3 * l + signal]) < 1e-14) }
  }
}

@Test func aTransformDoesNotDependOnItsNeighbours() {
  let (x, transform) = (signals(5, of: 100), FourierTransform(count: 100))
  #expect(Array(transform.forward(x)[200..<300]) == transform.forward(Array(x[200..<300])))
}

@Test func manyThreadsGiveTheDigitsOfOne() async {
  let x = signals(4, of: 120)
  let alone = (1...40).map { FourierTransform(count: 3 * $0).forward(Array(x[..<(3 * $0)])) }
  let together = await withTaskGroup(of: (Int, [Double]).self) { group in
    for k in 1...40 {
      group.addTask { (k, FourierTransform(count: 3 * k).forward(Array(x[..<(3 * k)]))) }
    }
    return await group.reduce(into: [Int: [Double]]()) { $0[$1.0] = $1.1 }
  }
  for k in 1...40 { #expect(together[k] == alone[k - 1]) }
}

@Test func partsOfSignalsAreRefused() async {
  let exit = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = FourierTransform(count: 4).forward([1, 2, 3])
  }
  expectMessage("3 numbers are not whole signals of 4", of: exit)
}
