import Dialects
import TestSupport

/// Recorded calls of providers that speak a dialect.
enum Recorded {
    static func answers(_ dialect: WireDialect, isStream: Bool) throws -> [RecordedInteraction] {
        try RecordedInteractions.all(dialect: name(dialect)).filter { interaction in
            interaction.status == 200 && interaction.isStream == isStream && interaction.kind != "error_in_200"
        }
    }

    static func requests(_ dialect: WireDialect) throws -> [RecordedInteraction] {
        try RecordedInteractions.all(dialect: name(dialect)).filter { $0.status == 200 }
    }

    private static func name(_ dialect: WireDialect) -> String {
        switch dialect {
        case .openAI: "openai-chat"
        case .anthropic: "anthropic"
        case .responses: "openai-responses"
        case .gemini: "gemini"
        case .bedrock: "bedrock-converse"
        }
    }
}
