internal import Wire

/// About how many tokens a prompt has, where nobody counted it: contract 12.1.
public enum TokenEstimate {
    private static let imageTokens = 765
    private static let smallImageTokens = 85
    /// What a turn costs beside its text.
    private static let turnTokens = 4

    /// At least 1.
    public static func input(of request: ChatRequest) -> Int {
        var bytes = 0
        var tokens = 0
        for message in request.messages {
            tokens += turnTokens
            for part in message.parts { add(part, &bytes, &tokens) }
        }
        for tool in request.tools {
            switch tool.kind {
            case .function(let function):
                bytes += function.name.utf8.count + (function.description?.utf8.count ?? 0)
                if let parameters = function.parameters { bytes += size(parameters) }
            case .other(_, let declaration): bytes += size(declaration)
            }
        }
        return max(1, tokens + (bytes + 3) / 4)
    }

    private static func add(_ part: ChatPart, _ bytes: inout Int, _ tokens: inout Int) {
        switch part.content {
        case .text(let text), .refusal(let text): bytes += text.utf8.count
        case .reasoning(let reasoning): bytes += reasoning.text.utf8.count
        case .toolCall(let call): bytes += call.name.utf8.count + call.arguments.text.utf8.count
        case .toolResult(let result): for part in result.parts { add(part, &bytes, &tokens) }
        case .media(let media):
            switch (media.kind, media.source) {
            case (_, .text(let text)): bytes += text.utf8.count
            // Pages hold about as many tokens as a picture of them.
            case (.document, .data(let data, _)): tokens += max(imageTokens, data.utf8.count / 64)
            default: tokens += media.detail == "low" ? smallImageTokens : imageTokens
            }
        case .other(_, let value): bytes += size(value)
        }
    }

    private static func size(_ value: JSONValue) -> Int {
        var writer = JSONWriter(reserving: 512)
        writer.value(value)
        return writer.bytes.count
    }
}
