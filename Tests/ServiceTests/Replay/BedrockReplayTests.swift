import Dialects
import TestSupport
import Testing

/// Recorded calls of Bedrock behind clients of every dialect, and others' behind Bedrock's clients, over sockets.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct BedrockReplayTests {
    @Test(arguments: [false, true])
    func `Bedrock's clients get Bedrock's answers as they came`(isStream: Bool) async throws {
        try await DialectReplay.check(client: .bedrock, provider: .bedrock, isStream: isStream)
    }

    @Test(arguments: [WireDialect.openAI, .anthropic, .responses, .gemini], [false, true])
    func `clients of other dialects get what Bedrock said`(client: WireDialect, isStream: Bool) async throws {
        try await DialectReplay.check(client: client, provider: .bedrock, isStream: isStream)
    }

    @Test(arguments: [WireDialect.openAI, .anthropic, .gemini], [false, true])
    func `Bedrock's clients get what others said`(provider: WireDialect, isStream: Bool) async throws {
        try await DialectReplay.check(client: .bedrock, provider: provider, isStream: isStream)
    }
}
