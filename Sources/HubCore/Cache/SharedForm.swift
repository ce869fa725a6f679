internal import Dialects
internal import Wire

/// Requests that say only what all chat dialects say alike.
enum SharedForm {
    /// The request in OpenAI's form; nil for one that says more.
    static func body(of request: CompletionRequest) -> JSONValue? {
        guard request.earlierItems.isEmpty else { return nil }
        switch request.dialect {
        case .openAI, .unified:
            let saysNoMore = request.body.members.allSatisfy { isShared($0.key) } && hasPlainMessages(request.body)
            return saysNoMore ? request.body : nil
        case .anthropic:
            let saysNoMore = request.body.members.allSatisfy { key, value in
                isSharedByAnthropic(key) && (!key.equals("system") || value.isString)
            }
            guard saysNoMore, hasPlainMessages(request.body) else { return nil }
            return (try? request.inOpenAIForm())?.body
        case .textCompletion, .responses, .gemini, .bedrock, .embeddings: return nil
        }
    }

    /// Whatever else stands there belongs to one dialect, or is not known to mean the same in another.
    private static func isShared(_ key: JSONKey) -> Bool {
        key.equals("model") || key.equals("messages") || key.equals("max_tokens")
            || key.equals("temperature") || key.equals("top_p") || key.equals("stop")
            || key.equals("stream") || key.equals("stream_options") || key.equals("user") || key.equals("metadata")
    }

    private static func isSharedByAnthropic(_ key: JSONKey) -> Bool {
        key.equals("model") || key.equals("messages") || key.equals("max_tokens") || key.equals("temperature")
            || key.equals("top_p") || key.equals("stream") || key.equals("metadata")
            || key.equals("system")
    }

    /// Turns of plain text, each a string.
    private static func hasPlainMessages(_ body: JSONValue) -> Bool {
        guard let messages = body["messages"], messages.isArray else { return false }
        return messages.elements.allSatisfy { message in
            message.members.allSatisfy { key, value in
                (key.equals("role") || key.equals("content")) && value.isString
            }
        }
    }
}
