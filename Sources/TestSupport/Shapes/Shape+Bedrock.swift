internal import Wire

/// Bedrock's Converse: the shapes of its service model, and providers' wire facts 1.1, 1.2 and 6.
extension Shape {
    static let bedrockRequest = Shape.checked(
        .object(
            ["messages": .array(converseMessage, counts: 1...100_000)],
            [
                "system": .array(
                    .oneOf(["text": notBlank, "cachePoint": cachePoint]), counts: 1...1000),
                "inferenceConfig": .object(
                    [:],
                    [
                        "maxTokens": .integer(1...Int.max), "temperature": .number(0...1), "topP": .number(0...1),
                        "stopSequences": .array(notBlank, counts: 1...2500),
                    ]),
                "toolConfig": .object(
                    [
                        "tools": .array(
                            .oneOf(["toolSpec": toolSpec, "cachePoint": cachePoint]), counts: 1...1024)
                    ],
                    [
                        "toolChoice": .oneOf([
                            "auto": .object([:]), "any": .object([:]), "tool": .object(["name": .toolName]),
                        ])
                    ]),
                "additionalModelRequestFields": modelFields,
                "requestMetadata": .map(metadataWord),
                "serviceTier": .object(["type": .words(["priority", "default", "flex", "reserved"])]),
                "outputConfig": .object([
                    "textFormat": .object([
                        "type": .words(["json_schema"]),
                        "structure": .object([
                            "jsonSchema": .object(["schema": schemaText], ["name": .text])
                        ]),
                    ])
                ]),
            ]), converseRules)

    private static let notBlank = Shape.checked(.text) { value in
        (value.string ?? "").allSatisfy(\.isWhitespace) ? "is blank" : nil
    }

    private static let cachePoint = Shape.object(["type": .words(["default"])], ["ttl": .words(["5m", "1h"])])

    /// What Claude, gpt-oss, Qwen and Nova have of their own.
    private static let modelFields = Shape.object(
        [:],
        [
            "top_k": .integer(0...Int.max),
            "thinking": .tagged(
                "type",
                [
                    "enabled": .object(
                        ["type": .text, "budget_tokens": .integer(1024...Int.max)],
                        ["display": .words(["summarized", "omitted"])]),
                    "adaptive": .object(["type": .text], ["display": .words(["summarized", "omitted"])]),
                    "disabled": .object(["type": .text]),
                ]),
            "output_config": .object(["effort": .words(["low", "medium", "high", "xhigh", "max"])]),
            "tool_choice": .object(
                // Another type is one of `toolConfig`, beside which none is taken here.
                ["disable_parallel_tool_use": .bool], ["type": .words(["auto"])]),
            "reasoning_effort": .words(["low", "medium", "high"]),
            "reasoning_config": .words(["low", "medium", "high"]),
            "reasoningConfig": .object([
                "type": .words(["enabled"]), "maxReasoningEffort": .words(["low", "medium", "high"]),
            ]),
            "inferenceConfig": .object(["topK": .integer(0...Int.max)]),
        ])

    private static let metadataWord = Shape.checked(.string) { value in
        let text = value.string ?? ""
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " :_@$#=/+,-.".contains($0)) }
        return isPlain && text.count <= 256 ? nil : "is no word of metadata"
    }

    private static let schemaText = Shape.checked(.text) { value in
        let schema = try? JSONDocument.parse(value.string ?? "", maximumDepth: 512).root
        return schema?.isObject == true ? nil : "is no schema"
    }

    private static let toolSpec = Shape.object(
        [
            "name": .toolName,
            "inputSchema": .object([
                "json": .checked(.schema) { $0["type"]?.equals("object") == true ? nil : "is no object's" }
            ]),
        ], ["description": .text, "strict": .bool])

    // MARK: Blocks

    private static let callID = Shape.checked(.text) { value in
        let id = value.string ?? ""
        let isPlain = id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.:-".contains($0)) }
        return isPlain && id.count <= 64 ? nil : "is no id of a call"
    }

    private static let bytes = Shape.object(["bytes": .base64])

    private static let media: [String: Shape] = [
        "image": .object(["format": .words(["png", "jpeg", "gif", "webp"]), "source": bytes]),
        "document": .object([
            "format": .words(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]), "source": bytes,
            "name": documentName,
        ]),
        "video": .object([
            "format": .words(["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]),
            "source": bytes,
        ]),
        "audio": .object(["format": .words(["mp3", "wav", "flac", "ogg", "m4a", "aac", "opus"]), "source": bytes]),
    ]

    private static let documentName = Shape.checked(.text) { value in
        let name = value.string ?? ""
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " -()[]".contains($0)) }
        return isPlain && !name.contains("  ") && name.count <= 200 ? nil : "is no name of a document"
    }

    private static let blocks = media.merging([
        "text": notBlank, "cachePoint": cachePoint,
        "toolUse": .object(["toolUseId": callID, "name": .toolName, "input": .map(.any)]),
        "toolResult": .object(
            [
                "toolUseId": callID,
                "content": .array(.oneOf(media.merging(["text": notBlank]) { first, _ in first }), counts: 1...1000),
            ], ["status": .words(["success", "error"])]),
        "reasoningContent": .oneOf([
            "reasoningText": .object(["text": .string, "signature": .text]), "redactedContent": .base64,
        ]),
    ]) { first, _ in first }

    private static let converseMessage = Shape.object([
        "role": .words(["user", "assistant"]), "content": .array(.oneOf(blocks), counts: 1...100_000),
    ])

    /// Turns alternate and begin with the user; every call has its result in the next turn, before anything else; a
    /// document has a text beside it and a name of its own; calls need tools.
    private static let converseRules: @Sendable (JSONValue) -> String? = { request in
        var last: String?
        var calls: [String] = []
        var names: [String] = []
        var hasCalls = false
        for message in request["messages"]?.elements ?? request.elements {
            let role = message["role"]?.string ?? ""
            if role == last { return "has two turns of the \(role)" }
            if last == nil, role != "user" { return "begins with the \(role)" }
            last = role
            let content = message["content"].map { Array($0.elements) } ?? []
            let results = content.compactMap { $0["toolResult"]?["toolUseId"]?.string }
            if Set(results) != Set(calls) { return "has results \(results) for calls \(calls)" }
            guard content.prefix(results.count).allSatisfy({ $0["toolResult"] != nil || $0["cachePoint"] != nil })
            else { return "has text before results" }
            calls = content.compactMap { $0["toolUse"]?["toolUseId"]?.string }
            hasCalls = hasCalls || !calls.isEmpty
            let documents = content.compactMap { $0["document"]?["name"]?.string }
            if !documents.isEmpty, !content.contains(where: { $0["text"] != nil }) { return "has a document alone" }
            names += documents
        }
        if !calls.isEmpty { return "ends with a call" }
        if Set(names).count < names.count { return "has two documents of one name" }
        return hasCalls && request["toolConfig"] == nil ? "has calls without tools" : nil
    }
}
