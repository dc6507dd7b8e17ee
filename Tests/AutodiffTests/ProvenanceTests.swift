import Autodiff
import Testing

@Suite struct ProvenanceTests {
  @Test func aValueComesFromTheNearestSourcesOfItsOperands() {
    var provenance = Provenance()
    let x = provenance.source(2)
    let y = provenance.source(exp(x))
    #expect(provenance.sources(of: x) == [0])
    #expect(provenance.sources(of: y) == [1])
    #expect(provenance.sources(of: y * 2) == [1])
    #expect(provenance.sources(of: x + y) == [0, 1])
    #expect(provenance.sources(of: 3) == [])
  }

  @Test func operationsWithoutADerivativeKeepTheirSources() {
    var provenance = Provenance()
    let x = provenance.source([1, 2, 3])
    let index = provenance.source(1)
    #expect(provenance.sources(of: x .> 2) == [0])
    #expect(provenance.sources(of: x.taking(indices: index, along: 0)) == [0, 1])
    #expect(provenance.sources(of: x - x) == [0])
  }

  @Test func readsAreTakenOnce() {
    var provenance = Provenance()
    let x = provenance.source(2)
    let y = provenance.source(3)
    #expect((2 * x).scalar == 4)
    #expect(provenance.takeReads() == [0])
    #expect(y.scalar == 3)
    #expect(provenance.takeReads() == [1])
    #expect(provenance.takeReads() == [])
  }
}
