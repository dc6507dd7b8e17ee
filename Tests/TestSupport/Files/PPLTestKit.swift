// What most tests of this package use, beside its files.
@_exported import PPLTestKit
