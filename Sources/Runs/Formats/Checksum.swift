import CCrypto
import Foundation
import Tables

/// The SHA-256 of a file, as 64 hexadecimal digits, as `sha256sum` prints it.
///
/// - Throws: When the file cannot be read.
/// - Reference: NIST (2015), *FIPS 180-4, Secure Hash Standard*, §6.2; computed by OpenSSL.
public func sha256(of url: URL) throws(DataError) -> String {
  try sha256(of: readBytes(of: url), of: url.relativePath)
}

/// The SHA-256 of bytes, as 64 hexadecimal digits.
///
/// - Parameters:
///   - bytes: The content.
///   - name: The name of the content in an error.
/// - Throws: `DataError` where OpenSSL computes no SHA-256.
public func sha256(of bytes: [UInt8], of name: String) throws(DataError) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
    throw DataError(
      file: name, found: "OpenSSL computes no SHA-256 on this machine",
      remedy: "enable OpenSSL's default provider, which has SHA-256")
  }
  return digest.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
  .joined()
}
