internal import Wire

/// OpenAI's Responses: its API reference.
extension Shape {
    static let responsesRequest = Shape.checked(
        .object(
            ["model": .text, "input": .either([.string, .array(item, counts: 0...100_000)])],
            [
                "instructions": .string, "tools": .array(responsesTool, counts: 1...1024),
                "tool_choice": .either([
                    .words(["none", "auto", "required"]), named,
                    typed(["allowed_tools": ["mode": .words(["auto", "required"]), "tools": .array(named)]]),
                ]), "parallel_tool_calls": .bool, "temperature": .number(0...2), "top_p": .number(0...1),
                "top_logprobs": .integer(0...20), "max_output_tokens": .integer(16...Int.max),
                "text": .object([:], ["format": format, "verbosity": .words(["low", "medium", "high"])]),
                "reasoning": .object([:], ["effort": efforts, "summary": .words(["auto", "concise", "detailed"])]),
                "include": .array(
                    .words(["reasoning.encrypted_content", "message.output_text.logprobs"]), counts: 1...2),
                "user": .string, "service_tier": .text,
                "prompt_cache_key": .string, "metadata": .map(.string), "stream": .bool, "store": .bool,
            ]), outputsFollowCalls)

    private static let named = typed(["function": ["name": .toolName]])

    private static let responsesTool = Shape.object(
        [
            "type": .words(["function"]), "name": .toolName, "parameters": optional(.schema), "strict": .bool,
        ], ["description": .string])

    private static let format = Shape.tagged(
        "type",
        [
            "text": .object(["type": .text]), "json_object": .object(["type": .text]),
            "json_schema": .object(
                ["type": .text, "name": .toolName, "schema": .schema], ["description": .string, "strict": .bool]),
        ])

    private static let callID = Shape.checked(.text) { ($0.string ?? "").utf8.count <= 64 ? nil : "is too long" }

    private static let input = Shape.tagged(
        "type",
        [
            "input_text": .object(["type": .text, "text": .string]),
            "input_image": .oneOf(
                ["image_url": mediaURL, "file_id": .text],
                beside: ["type": .text, "detail": .words(["auto", "low", "high"])]),
            "input_file": .oneOf(
                ["file_url": mediaURL, "file_id": .text, "file_data": mediaURL],
                beside: ["type": .text, "filename": .text]),
        ])

    private static let output = Shape.tagged(
        "type",
        [
            "output_text": .object(["type": .text, "text": .string]),
            "refusal": .object(["type": .text, "refusal": .string]),
        ])

    private static func message(_ part: Shape) -> Shape {
        .object(["role": .text, "content": .either([.string, .array(part, counts: 1...1000)])])
    }

    private static let item = Shape.either([
        .tagged(
            "role",
            [
                "user": message(input), "system": message(input), "developer": message(input),
                "assistant": message(output),
            ]),
        .tagged(
            "type",
            [
                "function_call": .object([
                    "type": .text, "call_id": callID, "name": .toolName, "arguments": .string,
                ]),
                "function_call_output": .object([
                    "type": .text, "call_id": callID, "output": .either([.string, .array(input)]),
                ]),
                "reasoning": .object(
                    [
                        "type": .text,
                        "summary": .array(typed(["summary_text": ["text": .string]])),
                    ], ["id": .text, "encrypted_content": .text]),
            ]),
    ])

    /// Every output is for a call before it.
    private static let outputsFollowCalls: @Sendable (JSONValue) -> String? = { request in
        guard let items = request["input"], items.isArray else { return nil }
        var calls: Set<String> = []
        for item in items.elements {
            guard let id = item["call_id"]?.string else { continue }
            if item["type"]?.equals("function_call") == true {
                calls.insert(id)
            } else if !calls.contains(id) {
                return "has an output for no call: \(id)"
            }
        }
        return nil
    }
}
