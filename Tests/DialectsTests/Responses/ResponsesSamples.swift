import Dialects
import Wire

/// One answer of OpenAI's Responses with a thought, a text with its source and two calls, whole and as its events.
enum ResponsesSamples {
    private static let reasoning =
        #"{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"First."},{"type":"summary_text","text":"Second."}],"encrypted_content":"gAAAA="}"#
    private static let annotation =
        #"{"type":"url_citation","start_index":0,"end_index":5,"url":"https://a.example","title":"A"}"#
    private static let message =
        #"{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hello there","annotations":[\#(annotation)],"logprobs":[]}]}"#
    private static let rome =
        #"{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Rome\"}"}"#
    private static let oslo =
        #"{"id":"fc_2","type":"function_call","status":"completed","call_id":"call_2","name":"weather","arguments":"{\"city\":\"Oslo\"}"}"#
    private static let usage =
        #"{"input_tokens":30,"input_tokens_details":{"cached_tokens":20},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":42}"#

    static func response(
        status: String = "completed", output: String = [reasoning, message, rome, oslo].joined(separator: ","),
        incomplete: String = "null", error: String = "null"
    ) -> String {
        #"{"id":"resp_1","object":"response","created_at":1767225600,"status":"\#(status)","error":\#(error),"incomplete_details":\#(incomplete),"model":"gpt-5-2026","output":[\#(output)],"store":false,"previous_response_id":null,"service_tier":"default","usage":\#(usage),"vendor_field":7}"#
    }

    static let whole = Array(response().utf8)

    /// `{"type":TYPE,"sequence_number":N,FIELDS}` for each pair.
    static func stream(_ events: [(type: String, fields: String)]) -> [UInt8] {
        var out: [UInt8] = []
        for (number, event) in events.enumerated() {
            let data = #"{"type":"\#(event.type)","sequence_number":\#(number),\#(event.fields)}"#
            SSEWriter.append(type: event.type, data: Array(data.utf8), to: &out)
        }
        return out
    }

    static let begin: [(type: String, fields: String)] = [
        ("response.created", #""response":\#(response(status: "in_progress", output: ""))"#),
        ("response.in_progress", #""response":\#(response(status: "in_progress", output: ""))"#),
    ]

    static let end = (type: "response.completed", fields: #""response":\#(response())"#)

    static let events: [(type: String, fields: String)] =
        begin + [
            (
                "response.output_item.added",
                #""output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}"#
            ),
            ("response.reasoning_summary_part.added", #""item_id":"rs_1","output_index":0,"summary_index":0"#),
            (
                "response.reasoning_summary_text.delta",
                #""item_id":"rs_1","output_index":0,"summary_index":0,"delta":"First.""#
            ),
            ("response.reasoning_summary_part.added", #""item_id":"rs_1","output_index":0,"summary_index":1"#),
            (
                "response.reasoning_summary_text.delta",
                #""item_id":"rs_1","output_index":0,"summary_index":1,"delta":"Second.""#
            ),
            ("response.output_item.done", #""output_index":0,"item":\#(reasoning)"#),
            (
                "response.output_item.added",
                #""output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}"#
            ),
            ("response.content_part.added", #""item_id":"msg_1","output_index":1,"content_index":0"#),
            (
                "response.output_text.delta",
                #""item_id":"msg_1","output_index":1,"content_index":0,"delta":"Hello","logprobs":[],"obfuscation":"x""#
            ),
            (
                "response.output_text.delta",
                #""item_id":"msg_1","output_index":1,"content_index":0,"delta":" there","logprobs":[]"#
            ),
            (
                "response.output_text.annotation.added",
                #""item_id":"msg_1","output_index":1,"content_index":0,"annotation_index":0,"annotation":\#(annotation)"#
            ),
            (
                "response.output_text.done",
                #""item_id":"msg_1","output_index":1,"content_index":0,"text":"Hello there""#
            ),
            ("response.content_part.done", #""item_id":"msg_1","output_index":1,"content_index":0"#),
            ("response.output_item.done", #""output_index":1,"item":\#(message)"#),
            (
                "response.output_item.added",
                #""output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"weather","arguments":""}"#
            ),
            (
                "response.function_call_arguments.delta",
                #""item_id":"fc_1","output_index":2,"delta":"{\"city\":""#
            ),
            ("response.function_call_arguments.delta", #""item_id":"fc_1","output_index":2,"delta":"\"Rome\"}""#),
            ("response.output_item.done", #""output_index":2,"item":\#(rome)"#),
            // A server that sends arguments whole.
            (
                "response.output_item.added",
                #""output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"call_2","name":"weather","arguments":""}"#
            ),
            ("response.output_item.done", #""output_index":3,"item":\#(oslo)"#),
            end,
        ]

    static let streamed = stream(events)
}

/// Reads a stream of Responses. What came before a failure is kept.
func decodeResponses(_ bytes: [UInt8]) -> (chunks: [StreamChunk], failure: HubError?) {
    var decoder = ResponsesStreamDecoder(provider: "acme")
    var chunks: [StreamChunk] = []
    let failure = failure { () throws(HubError) in
        bytes.withUnsafeBytes { decoder.feed($0) }
        while let chunk = try decoder.next() { chunks.append(chunk) }
        if let last = try decoder.finish() { chunks.append(last) }
    }
    return (chunks, failure)
}

extension AnswerMetadata {
    static var sample: AnswerMetadata {
        var metadata = AnswerMetadata()
        metadata.requestID = "req_1"
        return metadata
    }
}
