import Dialects
import TestSupport
import Testing

/// Recorded calls of Gemini behind clients of every dialect, and others' behind Gemini's clients, over sockets.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct GeminiReplayTests {
    @Test(arguments: [false, true])
    func `Gemini's clients get Gemini's answers as they came`(isStream: Bool) async throws {
        try await DialectReplay.check(client: .gemini, provider: .gemini, isStream: isStream)
    }

    @Test(arguments: [WireDialect.openAI, .anthropic, .responses], [false, true])
    func `clients of other dialects get what Gemini said`(client: WireDialect, isStream: Bool) async throws {
        try await DialectReplay.check(client: client, provider: .gemini, isStream: isStream)
    }

    @Test(arguments: [WireDialect.openAI, .anthropic], [false, true])
    func `Gemini's clients get what others said`(provider: WireDialect, isStream: Bool) async throws {
        try await DialectReplay.check(client: .gemini, provider: provider, isStream: isStream)
    }
}
