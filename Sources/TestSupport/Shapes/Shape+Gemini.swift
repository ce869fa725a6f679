internal import Wire

/// Gemini's `generateContent`: its API reference, and providers' wire facts 1.1, 1.2 and 5. Google refuses unknown names.
extension Shape {
    static let geminiRequest = Shape.checked(
        .object(
            ["contents": .array(content, counts: 1...100_000)],
            [
                "systemInstruction": .object(
                    ["parts": .array(.oneOf(["text": .string]), counts: 1...1000)], ["role": .text]),
                "tools": .array(.object(["functionDeclarations": .array(function, counts: 1...1024)]), counts: 1...1),
                "toolConfig": .object([
                    "functionCallingConfig": .object(
                        ["mode": .words(["AUTO", "ANY", "NONE", "VALIDATED"])],
                        ["allowedFunctionNames": .array(.toolName, counts: 1...1024)])
                ]),
                "generationConfig": config, "serviceTier": .words(["flex", "standard", "priority"]),
                "labels": .map(.string),
            ]), responsesMatchCalls)

    private static let config = Shape.checked(
        .object(
            [:],
            [
                "temperature": .number(0...2), "topP": .number(0...1), "topK": .integer(0...Int.max),
                "candidateCount": .integer(1...8), "maxOutputTokens": .integer(1...Int.max),
                "stopSequences": .array(.text, counts: 1...5),
                "seed": .integer(Int(Int32.min)...Int(Int32.max)),
                "presencePenalty": .number(-2...2), "frequencyPenalty": .number(-2...2),
                "responseMimeType": .words(["application/json", "text/plain"]), "responseJsonSchema": .schema,
                "responseSchema": subset, "responseLogprobs": .bool, "logprobs": .integer(0...20),
                "responseModalities": .array(.words(["TEXT", "IMAGE", "AUDIO"]), counts: 1...3),
                "thinkingConfig": .checked(
                    .object(
                        [:],
                        [
                            "includeThoughts": .bool, "thinkingBudget": .integer(-1...Int.max),
                            "thinkingLevel": .words(["minimal", "low", "medium", "high"]),
                        ])
                ) { $0["thinkingBudget"] != nil && $0["thinkingLevel"] != nil ? "has a budget and a level" : nil },
            ])
    ) { config in
        if config.count == 0 { return "is empty" }
        let hasSchema = config["responseSchema"] != nil || config["responseJsonSchema"] != nil
        return hasSchema && config["responseMimeType"]?.equals("application/json") != true ? "has no type" : nil
    }

    private static let function = Shape.oneOf(
        ["name": .toolName],
        beside: ["description": .string, "parameters": subset, "parametersJsonSchema": .schema])

    /// The part of OpenAPI's schemas that Google knows.
    private static let subset: Shape = .recursive {
        .object(
            [:],
            [
                "type": .words(["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]),
                "format": .string, "title": .string, "description": .string, "nullable": .bool,
                "enum": .array(.string), "items": subset, "minItems": .any, "maxItems": .any,
                "properties": .map(subset),
                "required": .array(.string), "minProperties": .any, "maxProperties": .any, "minimum": .any,
                "maximum": .any, "minLength": .any, "maxLength": .any, "pattern": .string, "example": .any,
                "anyOf": .array(subset), "propertyOrdering": .array(.string), "default": .any,
            ])
    }

    private static let content = Shape.object([
        "role": .words(["user", "model"]), "parts": .array(part, counts: 1...100_000),
    ])

    private static let media: [String: Shape] = [
        "inlineData": .object(["mimeType": .text, "data": .base64]),
        "fileData": .object(["fileUri": .text], ["mimeType": .text]),
    ]

    private static let part = Shape.oneOf(
        media.merging([
            "text": .string,
            "functionCall": .object(["name": .toolName, "args": .map(.any)], ["id": .text]),
            "functionResponse": .object(
                ["name": .toolName, "response": .map(.any)],
                ["id": .text, "parts": .array(.oneOf(media), counts: 1...100)]),
        ]) { first, _ in first },
        beside: [
            "thought": .bool, "thoughtSignature": .base64,
            "mediaResolution": .object(["level": .words(["MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_HIGH"])]),
        ])

    /// The results of a turn are in the next one, all together.
    private static let responsesMatchCalls: @Sendable (JSONValue) -> String? = { request in
        var calls: [String] = []
        for content in request["contents"]?.elements ?? request.elements {
            let names = { (key: String) -> [String] in
                (content["parts"]?.elements ?? content.elements).compactMap { $0[named: key]?["name"]?.string }
            }
            let results = names("functionResponse")
            if !results.isEmpty || content["role"]?.equals("user") == true, results.sorted() != calls.sorted() {
                return "has results \(results) for calls \(calls)"
            }
            calls = names("functionCall")
        }
        return nil
    }
}
