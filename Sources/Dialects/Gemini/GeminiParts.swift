internal import Wire

/// Gemini's parts, read as parts of no dialect.
enum GeminiParts {
    /// Of an answer: nil for what only Gemini has. Missing pieces count as empty.
    static func answer(_ part: JSONValue, callID: () -> String) -> ChatPart? {
        if let call = part.proto("functionCall", "function_call"), call.isObject {
            guard let name = call["name"]?.string, !name.isEmpty else { return nil }
            let given = call["id"]?.string ?? ""
            return signed(
                ChatPart(
                    .toolCall(
                        ToolCall(id: given.isEmpty ? callID() : given, name: name, arguments: arguments(call)))), part)
        }
        if let blob = part.proto("inlineData", "inline_data"), let data = blob["data"]?.string {
            let type = blob.proto("mimeType", "mime_type")?.string ?? "application/octet-stream"
            return signed(
                ChatPart(.media(Media(kind: MediaTypes.kind(of: type), source: .data(data, mediaType: type)))), part)
        }
        guard let text = part["text"]?.string ?? (isSignatureAlone(part) ? "" : nil) else { return nil }
        return self.text(text, part)
    }

    private static func isSignatureAlone(_ part: JSONValue) -> Bool {
        part.count == 1 && part.proto("thoughtSignature", "thought_signature") != nil
    }

    /// Text or thought; nil where it says nothing.
    static func text(_ text: String, _ part: JSONValue) -> ChatPart? {
        let signature = GeminiSignature.read(part)
        if part["thought"]?.bool == true {
            if let signature, signature.isEncrypted {
                return ChatPart(.reasoning(Reasoning(text: "", encrypted: signature.signature)))
            }
            guard !text.isEmpty || signature != nil else { return nil }
            return ChatPart(.reasoning(Reasoning(text: text)), signature: signature?.signature)
        }
        guard !text.isEmpty || signature != nil else { return nil }
        return ChatPart(.text(text), signature: signature?.signature)
    }

    private static func signed(_ content: ChatPart, _ part: JSONValue) -> ChatPart {
        var content = content
        content.signature = GeminiSignature.read(part)?.signature
        return content
    }

    static func arguments(_ call: JSONValue) -> ToolArguments {
        call.given("args").map { .value($0) } ?? .text("{}")
    }

    // MARK: Of a request

    /// - Parameter calls: gives calls their ids, and results those of their calls.
    static func read(
        _ part: JSONValue, calls: inout GeminiCallIDs, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatPart? {
        guard part.isObject else { throw .validation(path(), "must be an object") }
        if let text = try part.optionalString("text", at: path()) { return self.text(text, part) }
        if let blob = part.proto("inlineData", "inline_data") {
            return signed(ChatPart(.media(try media(blob, part, at: "\(path()).inlineData"))), part)
        }
        if let file = part.proto("fileData", "file_data") {
            return signed(ChatPart(.media(try self.file(file, part, at: "\(path()).fileData"))), part)
        }
        if let call = part.proto("functionCall", "function_call") {
            let name = try call.requiredString("name", at: "\(path()).functionCall")
            let id = calls.call(name: name, id: try call.optionalString("id", at: "\(path()).functionCall"))
            return signed(ChatPart(.toolCall(ToolCall(id: id, name: name, arguments: arguments(call)))), part)
        }
        if let response = part.proto("functionResponse", "function_response") {
            return signed(
                ChatPart(.toolResult(try result(response, calls: &calls, at: "\(path()).functionResponse"))), part)
        }
        // What only Gemini has, by the name of its field.
        for (key, value) in part.members where value.isObject && !key.equals("partMetadata") {
            return ChatPart(.other(type: key.string, part))
        }
        return text("", part)
    }

    private static func media(
        _ blob: JSONValue, _ part: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> Media {
        let data = try blob.requiredString("data", at: path())
        guard let type = blob.proto("mimeType", "mime_type")?.string else {
            throw .validation("\(path()).mimeType", "is required")
        }
        return Media(
            kind: MediaTypes.kind(of: type), source: .data(data, mediaType: type),
            name: blob.proto("displayName", "display_name")?.string, detail: detail(part))
    }

    private static func file(
        _ file: JSONValue, _ part: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> Media {
        guard let uri = file.proto("fileUri", "file_uri")?.string else {
            throw .validation("\(path()).fileUri", "is required")
        }
        let type = file.proto("mimeType", "mime_type")?.string
        return Media(
            kind: MediaTypes.kind(of: type ?? GeminiMedia.type(ofURL: uri)),
            source: GeminiMedia.isGoogles(uri) ? .file(id: uri) : .url(uri),
            name: file.proto("displayName", "display_name")?.string, detail: detail(part))
    }

    private static func detail(_ part: JSONValue) -> String? {
        switch part.proto("mediaResolution", "media_resolution")?["level"]?.string {
        case "MEDIA_RESOLUTION_LOW": "low"
        case "MEDIA_RESOLUTION_HIGH", "MEDIA_RESOLUTION_ULTRA_HIGH": "high"
        default: nil
        }
    }

    /// The response is an object; one that holds a single text under a usual name is that text.
    private static func result(
        _ response: JSONValue, calls: inout GeminiCallIDs, at path: @autoclosure () -> String
    ) throws(HubError) -> ToolResult {
        let name = try response.requiredString("name", at: path())
        let id = calls.result(name: name, id: try response.optionalString("id", at: path()))
        var result = ToolResult(callID: id, name: name, parts: [])
        if let value = response.given("response") {
            guard value.isObject else { throw .validation("\(path()).response", "must be an object") }
            let only = value.count == 1 ? value["result"]?.string ?? value["output"]?.string : nil
            let failure = value.count == 1 ? value["error"]?.string : nil
            result.isError = failure != nil
            let text = only ?? failure ?? ToolArguments.value(value).text
            if !text.isEmpty { result.parts.append(ChatPart(.text(text))) }
        }
        if let parts = response.given("parts") {
            for part in try parts.items(at: "\(path()).parts") {
                if let blob = part.proto("inlineData", "inline_data") {
                    result.parts.append(ChatPart(.media(try media(blob, part, at: "\(path()).parts.inlineData"))))
                } else if let file = part.proto("fileData", "file_data") {
                    result.parts.append(ChatPart(.media(try self.file(file, part, at: "\(path()).parts.fileData"))))
                }
            }
        }
        return result
    }
}
