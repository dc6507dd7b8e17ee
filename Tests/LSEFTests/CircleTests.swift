import Testing

@testable import LSEF
