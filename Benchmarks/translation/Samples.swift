/// What is translated, in OpenAI's form: a conversation of 1.5 KB with a tool's call and result, an answer of 900 bytes with a
/// call, and a stream of words.
enum Samples {
    private static let prose = String(repeating: "measure twice and cut once, then measure again; ", count: 12)
    private static let tool =
        #"{"type":"function","function":{"name":"get_weather","description":"The weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["C","F"]}},"required":["city"]}}}"#

    static let request =
        #"{"model":"m","max_tokens":512,"temperature":0.5,"messages":[{"role":"system","content":"Be brief."},"#
        + #"{"role":"user","content":"\#(prose)"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]},"#
        + #"{"role":"tool","tool_call_id":"call_1","content":"18 degrees"},{"role":"user","content":"And in Rome?"}],"tools":[\#(tool)]}"#

    static let answer =
        #"{"id":"chatcmpl-1","object":"chat.completion","created":1767225600,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"\#(prose)","tool_calls":[{"id":"call_2","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":200,"completion_tokens":64,"total_tokens":264}}"#

    static func stream(events: Int) -> String {
        let head = #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model":"m","#
        let word =
            head + #""choices":[{"index":0,"delta":{"content":"measure twice "},"finish_reason":null}]}"# + "\n\n"
        return String(repeating: word, count: events) + head
            + #""choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":64,"total_tokens":264}}"#
            + "\n\ndata: [DONE]\n\n"
    }
}
