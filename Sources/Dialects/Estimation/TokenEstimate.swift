internal import Wire

/// About how many tokens a prompt has, where nobody counted it: contract 12.1.
public enum TokenEstimate {
    /// - Parameter model: as its provider calls it; it tells the tokenizer.
    /// - Returns: at least 1.
    public static func input(of request: ChatRequest, model: String) -> Int {
        var estimate = PromptEstimate(model: model)
        for message in request.messages {
            estimate.addMessage()
            for part in message.parts { add(part, to: &estimate) }
        }
        for tool in request.tools {
            let declaration = bytes(of: tool)
            estimate.add(tool: declaration.span)
        }
        return estimate.tokens
    }

    /// Of texts that are to be embedded; at least 1.
    public static func texts(_ texts: [String], model: String) -> Int {
        var estimate = PromptEstimate(model: model)
        for text in texts { estimate.add(text: text) }
        return estimate.tokens
    }

    private static func add(_ part: ChatPart, to estimate: inout PromptEstimate) {
        switch part.content {
        case .text(let text), .refusal(let text): estimate.add(text: text)
        case .reasoning(let reasoning): estimate.add(text: reasoning.text)
        case .toolCall(let call):
            estimate.add(text: call.name)
            estimate.add(text: call.arguments.text)
        case .toolResult(let result): for part in result.parts { add(part, to: &estimate) }
        case .media(let media):
            switch (media.kind, media.source) {
            case (_, .text(let text)): estimate.add(text: text)
            case (.document, .data(let data, _)): estimate.addDocument(base64Bytes: data.utf8.count)
            default: estimate.addImage(isLowDetail: media.detail == "low")
            }
        case .other(_, let value):
            var writer = JSONWriter(reserving: 512)
            writer.value(value)
            estimate.add(text: writer.bytes.span)
        }
    }

    private static func bytes(of tool: ChatTool) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        switch tool.kind {
        case .function(let function):
            writer.beginObject()
            writer.member("name", function.name)
            if let description = function.description { writer.member("description", description) }
            if let parameters = function.parameters { writer.member("parameters", parameters) }
            writer.endObject()
        case .other(_, let declaration): writer.value(declaration)
        }
        return writer.bytes
    }
}
