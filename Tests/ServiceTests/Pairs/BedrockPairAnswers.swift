import Wire

/// Converse's answers, and its streams in AWS's framing.
enum BedrockPairAnswers {
    private static func usage(_ pairCase: PairCase) -> String {
        // Converse does not tell thoughts from the rest of the output.
        pairCase == .reasoning
            ? #"{"inputTokens":12,"outputTokens":9,"totalTokens":21}"#
            : #"{"inputTokens":12,"outputTokens":5,"totalTokens":17}"#
    }

    private static func reason(_ pairCase: PairCase) -> String {
        pairCase == .toolCall || pairCase == .parallelCalls ? "tool_use" : "end_turn"
    }

    private static func call(_ id: String, _ city: String) -> String {
        #"{"toolUse":{"toolUseId":"tooluse_\#(id)","name":"get_weather","input":{"city":"\#(city)"}}}"#
    }

    static func whole(_ pairCase: PairCase) -> String {
        let text = #"{"text":"\#(PairAnswers.words(pairCase))"}"#
        let content =
            switch pairCase {
            case .toolCall: call("a", "Paris")
            case .parallelCalls: "\(call("a", "Paris")),\(call("b", "Rome"))"
            case .reasoning:
                #"{"reasoningContent":{"reasoningText":{"text":"I think of France.","signature":"c2ln"}}},\#(text)"#
            default: text
            }
        return
            #"{"output":{"message":{"role":"assistant","content":[\#(content)]}},"stopReason":"\#(reason(pairCase))","usage":\#(usage(pairCase)),"metrics":{"latencyMs":40}}"#
    }

    // MARK: Streams

    static func streamed(_ pairCase: PairCase) -> [UInt8] {
        let words = #"{"text":"\#(PairAnswers.words(pairCase))"}"#
        let content: [[UInt8]] =
            switch pairCase {
            case .toolCall: [calls(0, "a", "Paris")]
            case .parallelCalls: [calls(0, "a", "Paris"), calls(1, "b", "Rome")]
            case .reasoning:
                [
                    deltas(
                        0,
                        [
                            #"{"reasoningContent":{"text":"I think "}}"#,
                            #"{"reasoningContent":{"text":"of France."}}"#,
                            #"{"reasoningContent":{"signature":"c2ln"}}"#,
                        ]), deltas(1, [words]),
                ]
            default: [deltas(0, [words])]
            }
        return start + content.flatMap { $0 } + frame("messageStop", #"{"stopReason":"\#(reason(pairCase))"}"#)
            + frame("metadata", #"{"usage":\#(usage(pairCase)),"metrics":{"latencyMs":40},"p":"abc"}"#)
    }

    private static let start = frame("messageStart", #"{"role":"assistant","p":"abcd"}"#)

    static let broken =
        start + frame("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Paris"}}"#)
        + frame("modelStreamErrorException", #"{"message":"broke down"}"#, isException: true)

    private static func calls(_ index: Int, _ id: String, _ city: String) -> [UInt8] {
        frame(
            "contentBlockStart",
            #"{"contentBlockIndex":\#(index),"start":{"toolUse":{"toolUseId":"tooluse_\#(id)","name":"get_weather"}}}"#)
            + deltas(
                index, [#"{"toolUse":{"input":"{\"city\":"}}"#, #"{"toolUse":{"input":"\"\#(city)\"}"}}"#])
    }

    private static func deltas(_ index: Int, _ deltas: [String]) -> [UInt8] {
        deltas.flatMap { frame("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":\#($0),"p":"ab"}"#) }
            + frame("contentBlockStop", #"{"contentBlockIndex":\#(index)}"#)
    }

    /// An event as AWS frames it.
    static func frame(_ name: String, _ payload: String, isException: Bool = false) -> [UInt8] {
        let kind = isException ? "exception" : "event"
        let headers = [(":\(kind)-type", name), (":content-type", "application/json"), (":message-type", kind)]
        var out: [UInt8] = []
        EventStreamWriter.append(
            EventStreamMessage(headers: headers.map { .init($0.0, .string($0.1)) }, payload: Array(payload.utf8)),
            to: &out)
        return out
    }
}
