internal import Dialects
internal import HubCore
internal import Wire

/// What a simulated call answers: a function of seed, request and attempt alone. Pure.
struct SimulatedAnswer {
    enum Content {
        case text(SimulatedText)
        case toolCalls([(name: String, arguments: [UInt8])])
    }

    let content: Content
    let finishReason: StaticString
    let usage: TokenUsage
    let choiceCount: Int
    /// Drives timing and faults.
    var random: RandomSource
    let id: UInt64

    init(_ call: ProviderCall, _ options: SimulatedOptions) {
        let messages = call.request.body["messages"]
        random = RandomSource(seed: Self.seed(call, messages, options))
        id = random.next()
        choiceCount = call.request.choiceCount
        let tools = Self.tools(call.request.body, count: options.toolCalls)
        var text = SimulatedText()
        var reason: StaticString = "stop"
        if tools.isEmpty {
            text = Self.text(call.request.body, messages, options, &random)
            if call.continuesText { text = text.dropping(first: Self.wordsSaid(messages)) }
            let limit = (call.request.body["max_completion_tokens"] ?? call.request.body["max_tokens"])?.int ?? .max
            if text.count > max(0, limit) {
                text.cut(to: max(0, limit))
                reason = "length"
            }
            content = .text(text)
        } else {
            content = .toolCalls(tools)
            reason = "tool_calls"
        }
        finishReason = reason
        let output = tools.isEmpty ? text.count : tools.count * 8
        usage = TokenUsage(input: Self.promptTokens(messages), output: output * choiceCount)
    }

    /// Tokens are words.
    private static func promptTokens(_ messages: JSONValue?) -> Int {
        guard let messages else { return 0 }
        var count = 0
        for message in messages.elements {
            guard let content = message["content"] else { continue }
            count += wordCount(content)
            if content.isArray { for part in content.elements { count += part["text"].map(wordCount) ?? 0 } }
        }
        return max(1, count)
    }

    /// Of the beginning of the answer, which is the last message.
    private static func wordsSaid(_ messages: JSONValue?) -> Int {
        guard let messages, messages.count > 0, let content = messages[index: messages.count - 1]?["content"] else {
            return 0
        }
        if content.isArray { return content.elements.reduce(0) { $0 + ($1["text"].map(wordCount) ?? 0) } }
        return wordCount(content)
    }

    private static func wordCount(_ value: JSONValue) -> Int {
        value.withUTF8 { WordCount.words(in: $0) } ?? 0
    }

    private static func seed(_ call: ProviderCall, _ messages: JSONValue?, _ options: SimulatedOptions) -> UInt64 {
        var hash = SeedHash(seed: options.seed)
        hash.mix(UInt64(call.attempt))
        var model = call.model
        model.withUTF8 { hash.mix(UnsafeRawBufferPointer($0)) }
        if let messages { hash.mix(messages) }
        if let tools = call.request.body["tools"] { hash.mix(tools) }
        return hash.value
    }

    /// Of one choice.
    var textBytes: Int {
        if case .text(let text) = content { text.byteCount } else { 0 }
    }

    /// Requests are small beside what they can ask for here: many choices of many words.
    var isTooLarge: Bool {
        guard case .text(let text) = content else { return false }
        return text.count * choiceCount > Self.maximumTokens || text.byteCount * choiceCount > Self.maximumBytes
    }

    private static let maximumTokens = 1 << 18
    private static let maximumBytes = 32 << 20

    // MARK: Text

    private static func text(
        _ body: JSONValue, _ messages: JSONValue?, _ options: SimulatedOptions, _ random: inout RandomSource
    ) -> SimulatedText {
        if let echoed = echo(messages) { return SimulatedText(splitting: echoed) }
        if let format = body["response_format"], let whole = structured(format) { return SimulatedText(token: whole) }
        return SimulatedText(words: options.outputTokens, &random)
    }

    /// The text after `ECHO:` in the last user message.
    private static func echo(_ messages: JSONValue?) -> String? {
        guard let messages else { return nil }
        var last: JSONValue?
        for message in messages.elements where message["role"]?.equals("user") == true {
            guard let content = message["content"] else { continue }
            last = content.isArray ? content.elements.lazy.compactMap { $0["text"] }.first : content
        }
        let isEcho = last?.withUTF8 { $0.starts(with: "ECHO:".utf8) } ?? false
        return isEcho ? last?.string.map { String($0.dropFirst(5)) } : nil
    }

    private static func structured(_ format: JSONValue) -> [UInt8]? {
        switch format["type"]?.string {
        case "json_object": return Array("{}".utf8)
        case "json_schema":
            guard let schema = format["json_schema"]?["schema"] else { return nil }
            return SchemaInstance.minimal(schema)
        default: return nil
        }
    }

    // MARK: Tools

    private static let maximumCalls = 128

    /// The tools that are called: those forced by `tool_choice`, or the first `count`.
    private static func tools(_ body: JSONValue, count: Int) -> [(name: String, arguments: [UInt8])] {
        guard let tools = body["tools"], tools.isArray else { return [] }
        let choice = body["tool_choice"]
        if choice?.equals("none") == true { return [] }
        let forced = choice?["function"]?["name"]?.string ?? choice?["name"]?.string
        let wanted = choice?.equals("required") == true ? max(1, count) : count
        var calls: [(name: String, arguments: [UInt8])] = []
        for tool in tools.elements {
            guard let function = tool["function"], let name = function["name"]?.string else { continue }
            if calls.count >= (forced == nil ? wanted : Self.maximumCalls) { break }
            if let forced, name != forced { continue }
            calls.append((name, function["parameters"].map(SchemaInstance.minimal) ?? Array("{}".utf8)))
        }
        return calls
    }
}
