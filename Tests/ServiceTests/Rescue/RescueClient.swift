import Dialects
import TestSupport
import Wire

/// A client that streams, of each form that the hub speaks: how it asks, and what it reads.
enum RescueClient: String, CaseIterable {
    case openAI, responses, anthropic, gemini, bedrock, unified, text

    var path: String {
        switch self {
        case .openAI: "/v1/chat/completions"
        case .responses: "/v1/responses"
        case .anthropic: "/v1/messages"
        case .gemini: "/v1beta/models/m:streamGenerateContent?alt=sse"
        case .bedrock: "/model/m/converse-stream"
        case .unified, .text: "/v1/completions"
        }
    }

    var body: String {
        let messages = #""messages":[{"role":"user","content":"Tell me of the sun."}]"#
        return switch self {
        case .openAI:
            #"{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":500,\#(messages)}"#
        case .responses: #"{"model":"m","stream":true,"store":false,"input":"Tell me of the sun."}"#
        case .anthropic: #"{"model":"m","stream":true,"max_tokens":500,\#(messages)}"#
        case .gemini: #"{"contents":[{"role":"user","parts":[{"text":"Tell me of the sun."}]}]}"#
        case .bedrock: #"{"messages":[{"role":"user","content":[{"text":"Tell me of the sun."}]}]}"#
        case .unified: #"{"model":"m","stream":true,\#(messages)}"#
        case .text: #"{"model":"m","stream":true,"max_tokens":500,"prompt":"Tell me of the sun."}"#
        }
    }

    private var dialect: WireDialect? {
        switch self {
        case .openAI: .openAI
        case .responses: .responses
        case .anthropic: .anthropic
        case .gemini: .gemini
        case .bedrock: .bedrock
        case .unified, .text: nil
        }
    }

    /// What a complete stream says. Throws where it is none.
    func answer(_ response: ReceivedResponse) throws -> (text: String, starts: Int, ends: Int) {
        guard let dialect else { return try chunks(response) }
        let events = DialectForm.events(try DialectForm.chunks(dialect, [response.body[...]]))
        let answer = ChatAssembly(events).response
        return (
            answer.choices.flatMap(\.parts).compactMap(\.text).joined(),
            events.count { if case .start = $0 { true } else { false } },
            events.count { if case .finish = $0 { true } else { false } }
        )
    }

    private func chunks(_ response: ReceivedResponse) throws -> (text: String, starts: Int, ends: Int) {
        guard response.text.hasSuffix("data: [DONE]\n\n") else { throw SocketFailure("no end: \(response.text)") }
        let choices = response.text.split(separator: "\n\n").compactMap { event in
            (try? JSONDocument.parse(String(event.dropFirst("data: ".count))).root)?["choices"]?[index: 0]
        }
        return (
            choices.compactMap { ($0["delta"]?["content"] ?? $0["text"])?.string }.joined(), 1,
            choices.count { $0["finish_reason"]?.isString == true }
        )
    }

    /// The text that came before a stream was cut.
    func partialText(_ response: ReceivedResponse) -> String {
        guard self != .bedrock else { return String(decoding: response.body, as: UTF8.self) }
        return response.text
    }
}
