import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct ProviderPageTests {
    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/providers.md")
    private static let marker = "## Recorded calls"

    /// With `HUB_WRITE_DOCS=1` the page is written instead.
    @Test func `docs/providers.md is what recordings and pairs show`() async throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let introduction = try #require(page.range(of: Self.marker)).lowerBound
        let expected = try await page[..<introduction] + ProviderPage.text()
        if ProcessInfo.processInfo.environment["HUB_WRITE_DOCS"] == "1" {
            try expected.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(page == String(expected), "run the tests with HUB_WRITE_DOCS=1 to write it anew")
        }
    }
}
