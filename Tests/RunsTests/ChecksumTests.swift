import Foundation
import Runs
import Tables
import TestSupport
import Testing

@Suite struct ChecksumTests {
  /// The examples of NIST, *FIPS 180-2*, appendix B: one block, two blocks, a million letters; and
  /// the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func agreesWithThePublishedExamples(text: String, digest: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "message.txt")
      try Data(text.utf8).write(to: file)
      #expect(try sha256(of: file) == digest)
    }
  }

  @Test func aFileThatIsNotThereIsNamed() {
    let error = #expect(throws: DataError.self) {
      try sha256(of: URL(filePath: "/nowhere/message.txt"))
    }
    #expect(
      error?.description
        == "/nowhere/message.txt: there is no such file; "
        + "put it there, or name the folder that has it.")
  }
}
