internal import Wire

/// OpenAI's chat completions: its API reference, and providers' wire facts 1.1, 1.2 and 2.
extension Shape {
    /// - Parameter isCompatible: also takes what servers of the same form add, which the hub hands to them.
    static func openAIRequest(isCompatible: Bool) -> Shape {
        var optional: [String: Shape] = [
            "tools": .array(openAITool, counts: 1...1024), "tool_choice": openAIChoice, "parallel_tool_calls": .bool,
            "temperature": .number(0...2), "top_p": .number(0...1), "seed": .integer(Int.min...Int.max),
            "presence_penalty": .number(-2...2), "frequency_penalty": .number(-2...2),
            "logit_bias": .map(.number(-100...100)), "logprobs": .bool, "top_logprobs": .integer(0...20),
            "max_tokens": .integer(1...Int.max), "max_completion_tokens": .integer(1...Int.max),
            "stop": .either([.string, .array(.string, counts: 1...4)]), "response_format": openAIFormat,
            "reasoning_effort": efforts, "n": .integer(1...128), "user": .string, "safety_identifier": .string,
            "service_tier": .text,
            "prompt_cache_key": .string, "verbosity": .words(["low", "medium", "high"]),
            "modalities": .array(.words(["text", "audio"]), counts: 1...2), "metadata": .map(.string),
            "stream": .bool, "stream_options": .object([:], ["include_usage": .bool]),
        ]
        if isCompatible {
            optional["top_k"] = .integer(0...Int.max)
            optional["modalities"] = .array(.words(["text", "audio", "image"]), counts: 1...3)
        }
        return .checked(
            .object(
                ["model": .text, "messages": .array(openAIMessage(isCompatible: isCompatible), counts: 1...10_000)],
                optional), resultsFollowCalls)
    }

    static let efforts = Shape.words(["none", "minimal", "low", "medium", "high", "xhigh", "max"])

    private static func openAIMessage(isCompatible: Bool) -> Shape {
        let words = Shape.either([.string, .array(typed(["text": ["text": .string]]), counts: 1...1000)])
        let user = Shape.either([.string, .array(userPart, counts: 1...1000)])
        var assistant: [String: Shape] = [
            "content": optional(
                .either([
                    .string,
                    .array(typed(["text": ["text": .string], "refusal": ["refusal": .string]]), counts: 1...1000),
                ])), "name": .text, "refusal": optional(.string),
            "tool_calls": .array(call(isCompatible: isCompatible), counts: 1...1024),
        ]
        if isCompatible {
            assistant["reasoning"] = .string
            assistant["reasoning_details"] = .array(.map(.any))
            assistant["extra_content"] = .map(.any)
        }
        return .tagged(
            "role",
            [
                "system": .object(["role": .text, "content": words], ["name": .text]),
                "developer": .object(["role": .text, "content": words], ["name": .text]),
                "user": .object(["role": .text, "content": user], ["name": .text]),
                "tool": .object(["role": .text, "content": words, "tool_call_id": .text]),
                "assistant": .checked(.object(["role": .text], assistant)) { message in
                    let hasContent = message["content"].map { !$0.isNull } ?? false
                    let isEmpty = !hasContent && message["tool_calls"] == nil && message["refusal"] == nil
                    return isEmpty && message["reasoning"] == nil ? "says nothing" : nil
                },
            ])
    }

    private static let userPart = typed([
        "text": ["text": .string],
        "image_url": ["image_url": .object(["url": mediaURL], ["detail": .words(["auto", "low", "high"])])],
        "input_audio": ["input_audio": .object(["data": .base64, "format": .words(["wav", "mp3"])])],
        "file": ["file": .object([:], ["filename": .text, "file_data": mediaURL, "file_id": .text])],
    ])

    /// A data URL or one of the web.
    static let mediaURL = Shape.checked(.text) { value in
        let url = value.string ?? ""
        let isKnown = url.hasPrefix("data:") ? url.contains(";base64,") : url.contains("://")
        return isKnown ? nil : "is no URL"
    }

    /// Objects that say by `type` what they are, with the members that belong to it.
    static func typed(_ members: [String: [String: Shape]], optional: [String: Shape] = [:]) -> Shape {
        .tagged(
            "type", members.mapValues { .object($0.merging(["type": .text]) { first, _ in first }, optional) })
    }

    private static func call(isCompatible: Bool) -> Shape {
        .object(
            [
                "id": .text, "type": .words(["function"]),
                "function": .object(["name": .toolName, "arguments": .string]),
            ], isCompatible ? ["extra_content": .map(.any)] : [:])
    }

    private static let openAITool = typed([
        "function": [
            "function": .object(
                ["name": .toolName], ["description": .string, "parameters": .schema, "strict": .bool])
        ]
    ])

    private static let named = typed(["function": ["function": .object(["name": .toolName])]])

    private static let openAIChoice = Shape.either([
        .words(["none", "auto", "required"]), named,
        typed([
            "allowed_tools": [
                "allowed_tools": .object(["mode": .words(["auto", "required"]), "tools": .array(named)])
            ]
        ]),
    ])

    private static let openAIFormat = Shape.tagged(
        "type",
        [
            "text": .object(["type": .text]), "json_object": .object(["type": .text]),
            "json_schema": .object([
                "type": .text,
                "json_schema": .object(
                    ["name": .toolName, "schema": .schema], ["description": .string, "strict": .bool]),
            ]),
        ])

    /// Every result is for a call of the assistant's last turn.
    private static let resultsFollowCalls: @Sendable (JSONValue) -> String? = { request in
        var open: Set<String> = []
        for message in request["messages"]?.elements ?? request.elements {
            switch message["role"]?.string {
            case "assistant":
                open = Set((message["tool_calls"]?.elements ?? request.elements).compactMap { $0["id"]?.string })
            case "tool":
                guard let id = message["tool_call_id"]?.string, open.contains(id) else {
                    return "has a result for no call: \(message["tool_call_id"]?.string ?? "")"
                }
            default: break
            }
        }
        return nil
    }
}
