import Distributions
import Foundation
import PPL
import Testing

/// A site of every role, a plate, and one inside it.
private let regression = Model<Void> { p in
  let slope = p.parameter("slope", initially: 1)
  let noise = p.sample("noise", HalfNormal(1))
  p.plate("school", 2, dim: -2) { p in
    let level = p.sample("level", Normal(0, 1))
    p.plate("pupil", 3, dim: -1) { p in
      let mean = p.deterministic("mean", level + slope)
      p.sample("mark", Normal(mean, noise), observed: .zeros([2, 3]))
    }
  }
  p.factor("penalty", -square(slope))
}

/// `from -> to`, or `from ~> to` where it only may be.
private func edges(_ model: Model<some Sendable>) throws -> [String] {
  try ModelGraph(model).edges.map { "\($0.from) \($0.isPossible ? "~>" : "->") \($0.to)" }
}

@Suite struct ModelGraphTests {
  @Test func everySiteHasItsRoleDistributionShapeAndPlates() throws {
    let nodes = try ModelGraph(regression).nodes
    #expect(nodes.map(\.name) == ["slope", "noise", "level", "mean", "mark", "penalty"])
    #expect(
      nodes.map(\.role) == [.parameter, .latent, .latent, .deterministic, .observed, .factor])
    #expect(nodes.map(\.distribution) == [nil, "HalfNormal", "Normal", nil, "Normal", nil])
    #expect(nodes.map(\.shape) == [[], [], [2, 1], [2, 1], [2, 3], []])
    #expect(
      nodes.map { $0.plates.map(\.name) }
        == [[], [], ["school"], ["school", "pupil"], ["school", "pupil"], []])
  }

  @Test func edgesLeadFromASiteToThoseComputedFromIt() throws {
    #expect(
      try edges(regression) == [
        "slope -> mean", "level -> mean", "noise -> mark", "mean -> mark", "slope -> penalty",
      ])
  }

  /// No gradient passes a category or a comparison; the dependence does.
  @Test func pathsThroughDiscreteSitesAndComparisonsCount() throws {
    let mixture = Model<Void> { p in
      let weights = p.sample("weights", Dirichlet([1, 1, 1]))
      let centers = p.sample("centers", Normal([-1, 0, 1], 1))
      let place = p.sample("place", Categorical(probabilities: weights))
      let isFar = p.deterministic("isFar", place .> 1)
      p.sample("y", Normal(centers.taking(indices: place, along: 0), 1 + isFar), observed: 0)
    }
    #expect(
      try edges(mixture) == [
        "weights -> place", "place -> isFar", "centers -> y", "place -> y", "isFar -> y",
      ])
  }

  @Test func valuesMasksAndScalesCount() throws {
    let model = Model<Void> { p in
      let a = p.sample("a", Normal(0, 1))
      let b = p.sample("b", Bernoulli(probabilities: 0.5))
      p.sample("masked", Normal(.zeros([2]), 1), mask: b * .ones([2]))
      p.sample("given", Normal(0, 1), observed: 2 * a)
      _ = Model { p in p.sample("scaled", Normal(0, 1)) }.scaled(by: exp(a))(&p)
    }
    #expect(try edges(model) == ["b -> masked", "a -> given", "a -> scaled"])
  }

  @Test func observedSitesAndTwoNamesOfOneValueAreTheirOwn() throws {
    let chain = Model<Void> { p in
      let first = p.sample("first", Normal(0, 1), observed: 1)
      let same = p.deterministic("same", first)
      let second = p.sample("second", Normal(same, 1), observed: 1)
      p.sample("third", Normal(second - second, 1), observed: 1)
    }
    #expect(try edges(chain) == ["first -> same", "same -> second", "second -> third"])
  }

  @Test func aParameterMetTwiceIsOneSite() throws {
    let model = Model<Void> { p in
      let one = p.parameter("w", initially: 1)
      let other = p.parameter("w", initially: 1)
      p.sample("y", Normal(one + other, 1), observed: 0)
    }
    #expect(try ModelGraph(model).nodes.map(\.name) == ["w", "y"])
    #expect(try edges(model) == ["w -> y"])
  }

  /// Swift's `if` leaves no trace in the recording, so all that comes after it may depend on the value.
  @Test func aValueThatSwiftCodeReadsMayMatterToAllThatFollows() throws {
    let model = Model<Void> { p in
      let count = p.sample("count", Poisson(rate: 3))
      p.sample("before", Normal(count, 1))
      let center = count.scalar > 2 ? 0.0 : 1.0
      p.sample("after", Normal(Tensor(center), 1))
      p.sample("both", Normal(count, 1))
    }
    #expect(try edges(model) == ["count -> before", "count ~> after", "count -> both"])
    let graph = try ModelGraph(model)
    #expect(graph.dot.contains("\"count\" -> \"after\" [style = dashed];"))
    #expect(graph.mermaid.contains("n0 -.-> n2"))
  }

  @Test func anInterventionCutsWhatFollowsFromTheSite() throws {
    #expect(
      try edges(regression.intervening(on: ["level": .ones([2, 1])])) == [
        "slope -> mean", "noise -> mark", "mean -> mark", "slope -> penalty",
      ])
  }

  @Test func aModelThatIsWrongIsAnErrorAndNoGraph() {
    let twice = Model<Void> { p in
      p.sample("x", Normal(0, 1))
      p.sample("x", Normal(0, 1))
    }
    #expect(throws: ModelError.duplicateSite("x")) { try ModelGraph(twice) }
  }
}

@Suite struct ModelGraphTextTests {
  @Test func graphvizDrawsRolesPlatesAndEdges() throws {
    #expect(
      try ModelGraph(regression).dot == #"""
        digraph model {
          "slope" [label = "slope", shape = plaintext];
          "noise" [label = "noise\nHalfNormal", shape = ellipse];
          "penalty" [label = "penalty", shape = box, style = filled, fillcolor = black, fontcolor = white];
          subgraph cluster_0 {
            label = "school (2)"; labeljust = r; labelloc = b;
            "level" [label = "level\nNormal", shape = ellipse];
            subgraph cluster_1 {
              label = "pupil (3)"; labeljust = r; labelloc = b;
              "mean" [label = "mean", shape = ellipse, style = dashed];
              "mark" [label = "mark\nNormal", shape = ellipse, style = filled, fillcolor = lightgray];
            }
          }
          "slope" -> "mean";
          "level" -> "mean";
          "noise" -> "mark";
          "mean" -> "mark";
          "slope" -> "penalty";
        }
        """#)
  }

  @Test func mermaidDrawsRolesPlatesAndEdges() throws {
    #expect(
      try ModelGraph(regression).mermaid == """
        flowchart TD
          n0[/"slope"/]
          n1(["noise<br/>HalfNormal"])
          n5[["penalty"]]
          subgraph p0 ["school (2)"]
            n2(["level<br/>Normal"])
            subgraph p1 ["pupil (3)"]
              n3(["mean"]):::deterministic
              n4(["mark<br/>Normal"]):::observed
            end
          end
          n0 --> n3
          n2 --> n3
          n1 --> n4
          n3 --> n4
          n0 --> n5
          classDef observed fill:#d3d3d3
          classDef deterministic stroke-dasharray:4
        """)
  }

  @Test func platesThatCrossHaveABoxWhereverTheyHaveSites() throws {
    let crossed = Model<Void> { p in
      let trend = p.plate("time", 3, dim: -1) { p in p.sample("trend", Normal(0, 1)) }
      p.plate("gauge", 2, dim: -2) { p in
        let level = p.sample("level", Normal(0, 1))
        p.plate("time", 3, dim: -1) { p in p.sample("height", Normal(level + trend, 1)) }
      }
    }
    let dot = try ModelGraph(crossed).dot
    #expect(dot.matches(of: /label = "time \(3\)"/).count == 2)
    #expect(dot.matches(of: /subgraph cluster_[012] \{/).count == 3)
  }

  @Test func aSubsampledPlateSaysHowManyAreUsed() throws {
    let batch = Model { p in
      p.plate("row", 1000, subsampleSize: 10) { p in p.sample("x", Normal(0, 1)) }
    }
    #expect(try ModelGraph(batch).dot.contains("label = \"row (10 of 1000)\""))
  }

  /// The grammar of the language, as far as it is used: each line is a statement, strings are closed, braces match.
  @Test func namesWithQuotesAndWordsOfTheLanguagesAreText() throws {
    let odd = Model<Void> { p in
      let x = p.sample("end", Normal(0, 1))
      let y = p.deterministic("a \"b\"\\<c>", x)
      p.plate("p;\"q\"", 2) { p in p.sample("subgraph {", Normal(y, 1)) }
    }
    let graph = try ModelGraph(odd)
    let text = #""(?:[^"\\]|\\.)*""#
    let statement = try Regex(
      #"\s*(\#(text) \[label = \#(text), [a-z =,]+\];|\#(text) -> \#(text);|"#
        + #"label = \#(text); labeljust = r; labelloc = b;|(digraph model|subgraph cluster_\d+) \{|\})"#
    )
    let lines = graph.dot.split(separator: "\n")
    for line in lines { #expect(line.wholeMatch(of: statement) != nil, "\(line)") }
    #expect(lines.count { $0.hasSuffix(" {") } == lines.count { $0.hasSuffix("}") })
    #expect(graph.mermaid.contains(#"n1(["a #34;b#34;#92;#60;c#62;"]):::deterministic"#))
    #expect(graph.mermaid.contains("n0([\"end<br/>Normal\"])"))
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dot"),
      "Graphviz is not installed; skipped"))
  func graphvizReadsWhatIsWritten() throws {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/dot")
    process.arguments = ["-Tplain"]
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    pipe.fileHandleForWriting.write(Data(try ModelGraph(regression).dot.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
