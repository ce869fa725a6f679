internal import Wire

/// Anthropic's messages: its API reference, and providers' wire facts 1.1, 1.2 and 4.
extension Shape {
    static let anthropicRequest = Shape.checked(
        .object(
            [
                "model": .text, "max_tokens": .integer(1...Int.max),
                "messages": .array(anthropicMessage, counts: 1...100_000),
            ],
            [
                "system": .either([.text, .array(.tagged("type", ["text": textBlock]), counts: 1...1000)]),
                "tools": .array(anthropicTool, counts: 1...1024),
                "tool_choice": .tagged(
                    "type",
                    [
                        "auto": .object(["type": .text], ["disable_parallel_tool_use": .bool]),
                        "any": .object(["type": .text], ["disable_parallel_tool_use": .bool]),
                        "none": .object(["type": .text]),
                        "tool": .object(["type": .text, "name": .toolName], ["disable_parallel_tool_use": .bool]),
                    ]),
                "thinking": .tagged(
                    "type",
                    [
                        "enabled": .object(
                            ["type": .text, "budget_tokens": .integer(1024...Int.max)], ["display": display]),
                        "adaptive": .object(["type": .text], ["display": display]),
                        "disabled": .object(["type": .text]),
                    ]),
                "output_config": .object(
                    [:],
                    [
                        "effort": .words(["low", "medium", "high", "xhigh", "max"]),
                        "format": .object(["type": .words(["json_schema"]), "schema": .schema]),
                    ]),
                "temperature": .number(0...1), "top_p": .number(0...1), "top_k": .integer(0...Int.max),
                "stop_sequences": .array(notBlank), "metadata": .object([:], ["user_id": .string]),
                "service_tier": .words(["auto", "standard_only"]), "cache_control": cacheControl, "stream": .bool,
            ]), anthropicRules)

    private static let display = Shape.words(["summarized", "omitted"])

    private static let cacheControl = Shape.object(["type": .words(["ephemeral"])], ["ttl": .words(["5m", "1h"])])

    private static let notBlank = Shape.checked(.text) { value in
        (value.string ?? "").allSatisfy(\.isWhitespace) ? "is blank" : nil
    }

    private static let textBlock = Shape.object(["type": .text, "text": notBlank], ["cache_control": cacheControl])

    private static func block(_ members: [String: Shape], _ optional: [String: Shape] = [:]) -> Shape {
        .object(
            members.merging(["type": .text]) { first, _ in first },
            optional.merging(["cache_control": cacheControl]) { first, _ in first })
    }

    private static let image = block([
        "source": .tagged(
            "type",
            [
                "base64": .object([
                    "type": .text, "data": .base64,
                    "media_type": .words(["image/png", "image/jpeg", "image/gif", "image/webp"]),
                ]),
                "url": .object(["type": .text, "url": mediaURL]),
                "file": .object(["type": .text, "file_id": .text]),
            ])
    ])

    private static let document = block(
        [
            "source": .tagged(
                "type",
                [
                    "base64": .object([
                        "type": .text, "data": .base64, "media_type": .words(["application/pdf"]),
                    ]),
                    "text": .object(["type": .text, "data": .string, "media_type": .words(["text/plain"])]),
                    "url": .object(["type": .text, "url": mediaURL]),
                    "file": .object(["type": .text, "file_id": .text]),
                ])
        ], ["title": .string])

    private static let callID = Shape.checked(.text) { value in
        let id = value.string ?? ""
        let isPlain = id.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
        }
        return isPlain ? nil : "is no id of a call"
    }

    private static let resultContent = Shape.either([
        .string, .array(.tagged("type", ["text": textBlock, "image": image, "document": document])),
    ])

    private static let userBlocks: [String: Shape] = [
        "text": textBlock, "image": image, "document": document,
        "tool_result": block(["tool_use_id": callID], ["content": resultContent, "is_error": .bool]),
    ]

    private static let assistantBlocks: [String: Shape] = [
        "text": textBlock,
        "tool_use": block(["id": callID, "name": .toolName, "input": .map(.any)]),
        "thinking": .object(["type": .text, "thinking": .string, "signature": .string]),
        "redacted_thinking": .object(["type": .text, "data": .text]),
    ]

    private static let anthropicMessage = Shape.tagged(
        "role",
        [
            "user": message(userBlocks), "assistant": message(assistantBlocks), "system": message(["text": textBlock]),
        ])

    private static func message(_ blocks: [String: Shape]) -> Shape {
        .object(["role": .text, "content": .either([notBlank, .array(.tagged("type", blocks), counts: 1...100_000)])])
    }

    private static let anthropicTool = Shape.object(
        [
            "name": .toolName,
            "input_schema": .checked(.schema) { $0["type"]?.equals("object") == true ? nil : "is no object's" },
        ], ["description": .string, "strict": .bool, "cache_control": cacheControl])

    /// Turns alternate and begin with the user; every call has its result in the next turn, before anything else; the
    /// thinking fits in the output.
    private static let anthropicRules: @Sendable (JSONValue) -> String? = { request in
        var last: String?
        var calls: [String] = []
        for message in request["messages"]?.elements ?? request.elements {
            let role = message["role"]?.string ?? ""
            if role == "system" { continue }
            if role == last { return "has two turns of the \(role)" }
            if last == nil, role != "user" { return "begins with the \(role)" }
            last = role
            if let problem = resultProblem(message, calls) { return problem }
            calls = blocks(message, "tool_use").compactMap { $0["id"]?.string }
        }
        if !calls.isEmpty { return "ends with a call" }
        let hasCalls = (request["messages"]?.elements ?? request.elements).contains { !blocks($0, "tool_use").isEmpty }
        if hasCalls, request["tools"] == nil { return "has calls without tools" }
        if let budget = request["thinking"]?["budget_tokens"]?.int, budget >= request["max_tokens"]?.int ?? 0 {
            return "thinks longer than it may write"
        }
        return nil
    }

    private static func blocks(_ message: JSONValue, _ type: String) -> [JSONValue] {
        guard let content = message["content"], content.isArray else { return [] }
        return content.elements.filter { $0["type"]?.string == type }
    }

    private static func resultProblem(_ message: JSONValue, _ calls: [String]) -> String? {
        let results = blocks(message, "tool_result").compactMap { $0["tool_use_id"]?.string }
        if Set(results) != Set(calls) { return "has results \(results) for calls \(calls)" }
        guard !results.isEmpty, let content = message["content"] else { return nil }
        let types = content.elements.compactMap { $0["type"]?.string }
        return types.prefix(results.count).allSatisfy { $0 == "tool_result" } ? nil : "has text before results"
    }
}
