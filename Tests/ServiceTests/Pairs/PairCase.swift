/// What every client must be able to do with every provider: what the provider is to be asked, and what the client is to
/// be told, in the lines of `ChatSummary` and without the signatures, which are each provider's own.
enum PairCase: String, CaseIterable, Sendable {
    case text
    case toolCall = "tool call"
    case parallelCalls = "parallel tool calls"
    case toolResult = "tool result"
    case structured = "structured output"
    case image
    case reasoning
    case errorBefore = "error before"
    case errorInside = "error inside the stream"

    /// An error inside a whole answer is none.
    func has(isStream: Bool) -> Bool { isStream || self != .errorInside }

    static let schema =
        #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#
    static let paris = #"{"city":"Paris"}"#
    static let rome = #"{"city":"Rome"}"#
    static let imageData = "iVBORw0KGgo="

    var question: String {
        switch self {
        case .text, .reasoning, .errorBefore, .errorInside: "Capital of France?"
        case .toolCall, .toolResult: "Weather in Paris?"
        case .parallelCalls: "Weather in Paris and Rome?"
        case .structured: "Where is the Louvre?"
        case .image: "What is it?"
        }
    }

    var usesTools: Bool { self == .toolCall || self == .parallelCalls || self == .toolResult }

    /// What the provider is to be asked.
    var asked: [String] {
        var lines = ["system text Be brief."]
        if self == .image {
            lines.append(#"user media image data("\#(Self.imageData)", mediaType: "image/png")"#)
        }
        lines.append("user text \(question)")
        if self == .toolResult {
            lines += ["assistant call #0 get_weather \(Self.paris)", "user result #0 false text 18 degrees"]
        }
        if usesTools { lines += ["tool get_weather Weather of a city \(Self.schema)", "choice auto"] }
        if self == .structured { lines.append("schema \(Self.schema)") }
        return lines
    }

    /// What the client is to be told.
    /// - Parameter tellsThoughts: provider and client count thoughts apart from the other output.
    func answered(tellsThoughts: Bool) -> [String] {
        let words =
            switch self {
            case .text, .errorBefore, .errorInside: ["text Paris is the capital."]
            case .toolCall: ["call #0 get_weather \(Self.paris)"]
            case .parallelCalls: ["call #0 get_weather \(Self.paris)", "call #1 get_weather \(Self.rome)"]
            case .toolResult: ["text It is 18 degrees."]
            case .structured: ["text \(Self.paris)"]
            case .image: ["text A red square."]
            case .reasoning: ["reasoning I think of France.", "text Paris is the capital."]
            }
        let finish = self == .toolCall || self == .parallelCalls ? "toolCalls" : "stop"
        let usage = self == .reasoning ? "usage 12 0 0 9 \(tellsThoughts ? 4 : 0)" : "usage 12 0 0 5 0"
        return words.map { "0 \($0)" } + ["0 finish \(finish)", usage]
    }
}
