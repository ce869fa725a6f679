import Dialects
import TestSupport

/// The same answers as providers of each dialect give them, written by hand.
enum PairAnswers {
    static func whole(_ pairCase: PairCase, _ dialect: WireDialect) -> String {
        switch dialect {
        case .openAI: OpenAIPairAnswers.whole(pairCase)
        case .anthropic: AnthropicPairAnswers.whole(pairCase)
        case .responses: ResponsesPairAnswers.whole(pairCase)
        case .gemini: GeminiPairAnswers.whole(pairCase)
        case .bedrock: BedrockPairAnswers.whole(pairCase)
        }
    }

    static func streamed(_ pairCase: PairCase, _ dialect: WireDialect) -> ScriptedAnswer {
        switch dialect {
        case .openAI: .events(OpenAIPairAnswers.streamed(pairCase))
        case .anthropic: .events(AnthropicPairAnswers.streamed(pairCase))
        case .responses: .events(ResponsesPairAnswers.streamed(pairCase))
        case .gemini: .events(GeminiPairAnswers.streamed(pairCase))
        case .bedrock: .frames(BedrockPairAnswers.streamed(pairCase))
        }
    }

    /// A stream that fails after its first words.
    static func broken(_ dialect: WireDialect) -> ScriptedAnswer {
        switch dialect {
        case .openAI: .events(OpenAIPairAnswers.broken)
        case .anthropic: .events(AnthropicPairAnswers.broken)
        case .responses: .events(ResponsesPairAnswers.broken)
        case .gemini: .events(GeminiPairAnswers.broken)
        case .bedrock: .frames(BedrockPairAnswers.broken)
        }
    }

    /// The body of a status 429.
    static func refusal(_ dialect: WireDialect) -> String {
        switch dialect {
        case .openAI, .responses:
            #"{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#
        case .anthropic: #"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}"#
        case .bedrock: #"{"message":"slow down"}"#
        case .gemini: #"{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}"#
        }
    }

    /// The text of an answer.
    static func words(_ pairCase: PairCase) -> String {
        switch pairCase {
        case .toolCall, .parallelCalls: ""
        case .toolResult: "It is 18 degrees."
        case .structured: #"{\"city\":\"Paris\"}"#
        case .image: "A red square."
        case .text, .reasoning, .errorBefore, .errorInside: "Paris is the capital."
        }
    }
}

enum OpenAIPairAnswers {
    private static let head = #""id":"chatcmpl-1","created":1767225600,"model":"served""#
    private static let paris =
        #""id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}"#
    private static let rome =
        #""id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}"#

    private static func usage(_ pairCase: PairCase) -> String {
        pairCase == .reasoning
            ? #"{"prompt_tokens":12,"completion_tokens":9,"total_tokens":21,"completion_tokens_details":{"reasoning_tokens":4}}"#
            : #"{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}"#
    }

    private static func finish(_ pairCase: PairCase) -> String {
        pairCase == .toolCall || pairCase == .parallelCalls ? "tool_calls" : "stop"
    }

    static func whole(_ pairCase: PairCase) -> String {
        let message =
            switch pairCase {
            case .toolCall: #""content":null,"tool_calls":[{\#(paris)}]"#
            case .parallelCalls: #""content":null,"tool_calls":[{\#(paris)},{\#(rome)}]"#
            case .reasoning:
                #""content":"\#(PairAnswers.words(pairCase))","reasoning_content":"I think of France.""#
            default: #""content":"\#(PairAnswers.words(pairCase))""#
            }
        return
            #"{\#(head),"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",\#(message)},"finish_reason":"\#(finish(pairCase))"}],"usage":\#(usage(pairCase))}"#
    }

    static func streamed(_ pairCase: PairCase) -> String {
        var deltas = [#"{"role":"assistant","content":""}"#]
        switch pairCase {
        case .toolCall: deltas += call(0, "call_a", "Paris")
        case .parallelCalls: deltas += call(0, "call_a", "Paris") + call(1, "call_b", "Rome")
        case .reasoning:
            deltas += [
                #"{"reasoning_content":"I think "}"#, #"{"reasoning_content":"of France."}"#,
                #"{"content":"Paris is"}"#, #"{"content":" the capital."}"#,
            ]
        case .structured: deltas += [#"{"content":"{\"city\":"}"#, #"{"content":"\"Paris\"}"}"#]
        default: deltas.append(#"{"content":"\#(PairAnswers.words(pairCase))"}"#)
        }
        return deltas.map { event($0) }.joined() + event("{}", finish: #""\#(finish(pairCase))""#)
            + "data: {\(head),\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":\(usage(pairCase))}\n\n"
            + "data: [DONE]\n\n"
    }

    private static func call(_ index: Int, _ id: String, _ city: String) -> [String] {
        [
            #"{"tool_calls":[{"index":\#(index),"id":"\#(id)","type":"function","function":{"name":"get_weather","arguments":""}}]}"#,
            #"{"tool_calls":[{"index":\#(index),"function":{"arguments":"{\"city\":"}}]}"#,
            #"{"tool_calls":[{"index":\#(index),"function":{"arguments":"\"\#(city)\"}"}}]}"#,
        ]
    }

    private static func event(_ delta: String, finish: String = "null") -> String {
        "data: {\(head),\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":\(delta),"
            + "\"finish_reason\":\(finish)}],\"usage\":null}\n\n"
    }

    static let broken =
        event(#"{"role":"assistant","content":"Paris"}"#)
        + "data: {\"error\":{\"message\":\"broke down\",\"type\":\"server_error\",\"code\":null}}\n\n"
}

enum AnthropicPairAnswers {
    private static func usage(_ pairCase: PairCase) -> String {
        pairCase == .reasoning
            ? #"{"input_tokens":12,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}"#
            : #"{"input_tokens":12,"output_tokens":5}"#
    }

    private static func reason(_ pairCase: PairCase) -> String {
        pairCase == .toolCall || pairCase == .parallelCalls ? "tool_use" : "end_turn"
    }

    static func whole(_ pairCase: PairCase) -> String {
        let paris = #"{"type":"tool_use","id":"toolu_a","name":"get_weather","input":{"city":"Paris"}}"#
        let rome = #"{"type":"tool_use","id":"toolu_b","name":"get_weather","input":{"city":"Rome"}}"#
        let text = #"{"type":"text","text":"\#(PairAnswers.words(pairCase))"}"#
        let content =
            switch pairCase {
            case .toolCall: paris
            case .parallelCalls: "\(paris),\(rome)"
            case .reasoning:
                #"{"type":"thinking","thinking":"I think of France.","signature":"c2ln"},\#(text)"#
            default: text
            }
        return
            #"{"id":"msg_1","type":"message","role":"assistant","model":"served","content":[\#(content)],"stop_reason":"\#(reason(pairCase))","stop_sequence":null,"usage":\#(usage(pairCase))}"#
    }

    private static let start = event(
        "message_start",
        #""message":{"id":"msg_1","type":"message","role":"assistant","model":"served","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}"#
    )

    static func streamed(_ pairCase: PairCase) -> String {
        var blocks: [(start: String, deltas: [String])] = []
        let text = #"{"type":"text","text":""}"#
        switch pairCase {
        case .toolCall: blocks = [call("toolu_a", "Paris")]
        case .parallelCalls: blocks = [call("toolu_a", "Paris"), call("toolu_b", "Rome")]
        case .reasoning:
            blocks = [
                (
                    #"{"type":"thinking","thinking":"","signature":""}"#,
                    [
                        #"{"type":"thinking_delta","thinking":"I think "}"#,
                        #"{"type":"thinking_delta","thinking":"of France."}"#,
                        #"{"type":"signature_delta","signature":"c2ln"}"#,
                    ]
                ),
                (text, [#"{"type":"text_delta","text":"\#(PairAnswers.words(pairCase))"}"#]),
            ]
        default: blocks = [(text, [#"{"type":"text_delta","text":"\#(PairAnswers.words(pairCase))"}"#])]
        }
        var out = start + event("ping", nil)
        for (index, block) in blocks.enumerated() {
            out += event("content_block_start", #""index":\#(index),"content_block":\#(block.start)"#)
            for delta in block.deltas { out += event("content_block_delta", #""index":\#(index),"delta":\#(delta)"#) }
            out += event("content_block_stop", #""index":\#(index)"#)
        }
        return out
            + event(
                "message_delta",
                #""delta":{"stop_reason":"\#(reason(pairCase))","stop_sequence":null},"usage":\#(usage(pairCase))"#)
            + event("message_stop", nil)
    }

    private static func call(_ id: String, _ city: String) -> (start: String, deltas: [String]) {
        (
            #"{"type":"tool_use","id":"\#(id)","name":"get_weather","input":{}}"#,
            [
                #"{"type":"input_json_delta","partial_json":""}"#,
                #"{"type":"input_json_delta","partial_json":"{\"city\":"}"#,
                #"{"type":"input_json_delta","partial_json":"\"\#(city)\"}"}"#,
            ]
        )
    }

    private static func event(_ type: String, _ members: String?) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(members.map { ",\($0)" } ?? "")}\n\n"
    }

    static let broken =
        start + event("content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#)
        + event("content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"Paris"}"#)
        + event("error", #""error":{"type":"overloaded_error","message":"broke down"}"#)
}

enum ResponsesPairAnswers {
    private static func usage(_ pairCase: PairCase) -> String {
        pairCase == .reasoning
            ? #"{"input_tokens":12,"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":21}"#
            : #"{"input_tokens":12,"output_tokens":5,"total_tokens":17}"#
    }

    private static func call(_ id: String, _ city: String) -> String {
        #"{"id":"fc_\#(id)","type":"function_call","status":"completed","call_id":"call_\#(id)","name":"get_weather","arguments":"{\"city\":\"\#(city)\"}"}"#
    }

    private static let thought =
        #"{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"I think of France."}],"encrypted_content":"c2ln"}"#

    private static func message(_ pairCase: PairCase) -> String {
        #"{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"\#(PairAnswers.words(pairCase))","annotations":[]}]}"#
    }

    private static func items(_ pairCase: PairCase) -> [String] {
        switch pairCase {
        case .toolCall: [call("a", "Paris")]
        case .parallelCalls: [call("a", "Paris"), call("b", "Rome")]
        case .reasoning: [thought, message(pairCase)]
        default: [message(pairCase)]
        }
    }

    private static func response(_ status: String, _ output: String, usage: String) -> String {
        #"{"id":"resp_1","object":"response","created_at":1767225600,"status":"\#(status)","error":null,"incomplete_details":null,"model":"served","output":[\#(output)],"usage":\#(usage)}"#
    }

    static func whole(_ pairCase: PairCase) -> String {
        response("completed", items(pairCase).joined(separator: ","), usage: usage(pairCase))
    }

    static func streamed(_ pairCase: PairCase) -> String {
        var events = [created]
        for (index, item) in items(pairCase).enumerated() { events += self.events(pairCase, item, index) }
        events.append(("response.completed", #""response":\#(whole(pairCase))"#))
        return stream(events)
    }

    private static let created = (
        "response.created", #""response":\#(response("in_progress", "", usage: "null"))"#
    )

    private static func events(_ pairCase: PairCase, _ item: String, _ index: Int) -> [(String, String)] {
        let place = #""output_index":\#(index)"#
        let done = ("response.output_item.done", #"\#(place),"item":\#(item)"#)
        if item == thought {
            return [
                (
                    "response.output_item.added",
                    #"\#(place),"item":{"id":"rs_1","type":"reasoning","summary":[]}"#
                ),
                (
                    "response.reasoning_summary_part.added",
                    #"\#(place),"item_id":"rs_1","summary_index":0,"part":{"type":"summary_text","text":""}"#
                ),
                (
                    "response.reasoning_summary_text.delta",
                    #"\#(place),"item_id":"rs_1","summary_index":0,"delta":"I think of France.""#
                ),
                done,
            ]
        }
        if item == message(pairCase) { return messageBegin(place, PairAnswers.words(pairCase)) + [done] }
        let (id, city) = item == call("a", "Paris") ? ("a", "Paris") : ("b", "Rome")
        return [
            (
                "response.output_item.added",
                #"\#(place),"item":{"id":"fc_\#(id)","type":"function_call","status":"in_progress","call_id":"call_\#(id)","name":"get_weather","arguments":""}"#
            ),
            ("response.function_call_arguments.delta", #"\#(place),"item_id":"fc_\#(id)","delta":"{\"city\":""#),
            (
                "response.function_call_arguments.delta",
                #"\#(place),"item_id":"fc_\#(id)","delta":"\"\#(city)\"}""#
            ),
            done,
        ]
    }

    private static func messageBegin(_ place: String, _ words: String) -> [(String, String)] {
        [
            (
                "response.output_item.added",
                #"\#(place),"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}"#
            ),
            (
                "response.content_part.added",
                #"\#(place),"item_id":"msg_1","content_index":0,"part":{"type":"output_text","text":"","annotations":[]}"#
            ),
            ("response.output_text.delta", #"\#(place),"item_id":"msg_1","content_index":0,"delta":"\#(words)""#),
        ]
    }

    private static func stream(_ events: [(String, String)]) -> String {
        events.enumerated().map { number, event in
            "event: \(event.0)\ndata: {\"type\":\"\(event.0)\",\"sequence_number\":\(number),\(event.1)}\n\n"
        }.joined()
    }

    static let broken = stream(
        [created] + messageBegin(#""output_index":0"#, "Paris") + [
            ("error", #""code":"server_error","message":"broke down","param":null"#)
        ])
}

enum GeminiPairAnswers {
    private static func usage(_ pairCase: PairCase) -> String {
        pairCase == .reasoning
            ? #"{"promptTokenCount":12,"candidatesTokenCount":5,"thoughtsTokenCount":4,"totalTokenCount":21}"#
            : #"{"promptTokenCount":12,"candidatesTokenCount":5,"totalTokenCount":17}"#
    }

    private static func parts(_ pairCase: PairCase) -> [String] {
        let paris =
            #"{"functionCall":{"name":"get_weather","args":{"city":"Paris"},"id":"a1"},"thoughtSignature":"c2ln"}"#
        let rome = #"{"functionCall":{"name":"get_weather","args":{"city":"Rome"},"id":"b1"}}"#
        let text = #"{"text":"\#(PairAnswers.words(pairCase))"}"#
        return switch pairCase {
        case .toolCall: [paris]
        case .parallelCalls: [paris, rome]
        case .reasoning: [#"{"text":"I think of France.","thought":true}"#, text]
        default: [text]
        }
    }

    private static func body(_ parts: String, _ pairCase: PairCase, isLast: Bool) -> String {
        let finish = isLast ? #","finishReason":"STOP""# : ""
        return
            #"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]},"index":0\#(finish)}],"usageMetadata":\#(usage(pairCase)),"modelVersion":"served","responseId":"r1"}"#
    }

    static func whole(_ pairCase: PairCase) -> String {
        body(parts(pairCase).joined(separator: ","), pairCase, isLast: true)
    }

    static func streamed(_ pairCase: PairCase) -> String {
        let parts = parts(pairCase)
        return parts.enumerated().map { index, part in
            "data: \(body(part, pairCase, isLast: index == parts.count - 1))\r\n\r\n"
        }.joined()
    }

    /// Google writes its error between the events.
    static let broken =
        "data: \(body(#"{"text":"Paris"}"#, .text, isLast: false))\r\n\r\n"
        + "{\n  \"error\": {\"code\": 503, \"message\": \"broke down\", \"status\": \"UNAVAILABLE\"}\n}\n"
}
