public import Dialects
internal import Wire

/// What an answer or a request says, in lines that two dialects must agree on.
public enum ChatSummary {
    /// Text, reasoning, calls, finish and usage; pieces of the same kind that follow each other are one.
    public static func lines(of response: ChatResponse) -> [String] {
        var lines: [String] = []
        for choice in response.choices {
            lines += parts(choice.parts).map { "\(choice.index) \($0)" }
            lines.append("\(choice.index) finish \(choice.finish.reason)")
        }
        lines.append("usage \(usage(response.usage))")
        return numbered(lines)
    }

    public static func lines(of request: ChatRequest) -> [String] {
        var lines: [String] = []
        var last: ChatMessage.Role?
        var turn: [ChatPart] = []
        for message in request.messages {
            // System and developer are one to dialects that know only one of them.
            let role = message.role == .developer ? .system : message.role
            if role != last {
                lines += flush(turn, last)
                turn = []
            }
            last = role
            turn += message.parts
        }
        lines += flush(turn, last)
        for tool in request.tools where tool.name != "hub_json_answer" {
            if case .function(let function) = tool.kind {
                lines.append("tool \(function.name) \(function.description ?? "") \(json(function.parameters))")
            }
        }
        if !request.tools.isEmpty, !request.tools.contains(where: { $0.name == "hub_json_answer" }) {
            lines.append("choice \(String(describing: request.toolChoice ?? .auto))")
        }
        if !request.stop.isEmpty { lines.append("stop \(request.stop)") }
        if case .jsonSchema(let format) = request.responseFormat { lines.append("schema \(json(format.schema))") }
        return numbered(lines)
    }

    /// Ids by their order: dialects bound them otherwise.
    private static func numbered(_ lines: [String]) -> [String] {
        var numbers: [Substring: Int] = [:]
        return lines.map { line in
            guard let start = line.firstIndex(of: "<"), let end = line[start...].firstIndex(of: ">"),
                line[..<start].hasSuffix("call ") || line[..<start].hasSuffix("result ")
            else { return line }
            let number = numbers[line[start...end], default: numbers.count]
            numbers[line[start...end]] = number
            return line[..<start] + "#\(number)" + line[line.index(after: end)...]
        }
    }

    private static func flush(_ parts: [ChatPart], _ role: ChatMessage.Role?) -> [String] {
        guard let role else { return [] }
        return self.parts(parts).map { "\(role) \($0)" }
    }

    private static let signed = "\u{1}"

    public static func parts(_ parts: [ChatPart]) -> [String] {
        var lines: [(kind: String, text: String)] = []
        for part in parts {
            let line = line(part)
            guard !line.text.isEmpty || line.kind != "text" else { continue }
            // A signature is the end of its text.
            if line.kind == "text", let last = lines.last, last.kind == "text", !last.text.hasSuffix(signed) {
                lines[lines.count - 1].text += line.text
            } else {
                lines.append(line)
            }
        }
        return lines.map { "\($0.kind) \($0.text)" }
    }

    private static func line(_ part: ChatPart) -> (kind: String, text: String) {
        let signature = part.signature.map { " signed \($0.origin) \($0.value.prefix(24))" } ?? ""
        switch part.content {
        case .text(let text): return ("text", text + (signature.isEmpty ? "" : signature + signed))
        case .refusal(let text): return ("refusal", text)
        case .reasoning(let reasoning):
            let hidden = reasoning.encrypted.map { " hidden \($0.origin) \($0.value.prefix(24))" } ?? ""
            return ("reasoning", reasoning.text + signature + hidden)
        case .toolCall(let call):
            // As an object, in which cut text is marked.
            var writer = JSONWriter()
            call.arguments.writeObject(to: &writer)
            let arguments = String(decoding: writer.bytes, as: UTF8.self)
            return ("call", "<\(call.id)> \(call.name) \(arguments)\(signature)")
        case .toolResult(let result):
            let parts = self.parts(result.parts.map(plain)).joined(separator: " | ")
            return ("result", "<\(result.callID)> \(result.isError) \(parts)")
        case .media(let media): return ("media", "\(media.kind) \(String(describing: media.source).prefix(80))")
        case .other(let type, _): return ("other", type)
        }
    }

    /// Text that is an object, without the white space in it: some dialects send the object.
    private static func plain(_ part: ChatPart) -> ChatPart {
        guard let text = part.text, let value = try? JSONDocument.parse(text).root, value.isObject else { return part }
        return ChatPart(.text(json(value)))
    }

    static func usage(_ usage: TokenUsage?) -> String {
        guard let usage else { return "unknown" }
        return
            "\(usage.promptTotal) \(usage.cacheRead) \(usage.cacheWriteTotal) \(usage.completionTotal) \(usage.reasoning)"
    }

    static func json(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Puts the events of a stream together again.
public struct ChatAssembly {
    public private(set) var response = ChatResponse(choices: [])
    private var calls: [String: Int] = [:]
    private var isEnded: Set<Int> = []

    public init(_ events: [ChatEvent]) {
        for event in events { take(event) }
    }

    private mutating func take(_ event: ChatEvent) {
        switch event {
        case .start(let id, let model): (response.id, response.model) = (id, model)
        case .usage(let usage): response.usage = usage
        case .text(let choice, let text): extend(choice, .text(text))
        case .refusal(let choice, let text): extend(choice, .refusal(text))
        case .reasoning(let choice, let text): extend(choice, .reasoning(Reasoning(text: text)))
        case .reasoningSignature(let index, let signature):
            let position = choice(index)
            let last = response.choices[position].parts.last
            if case .reasoning = last?.content, last?.signature == nil, !isEnded.contains(index) {
                response.choices[position].parts[response.choices[position].parts.count - 1].signature = signature
            } else {
                response.choices[position].parts.append(
                    ChatPart(.reasoning(Reasoning(text: "")), signature: signature))
            }
            isEnded.insert(index)
        case .encryptedReasoning(let index, let value):
            let position = choice(index)
            response.choices[position].parts.append(ChatPart(.reasoning(Reasoning(text: "", encrypted: value))))
            isEnded.insert(index)
        case .toolCall(let index, let call, let id, let name, let signature):
            let position = choice(index)
            calls["\(index) \(call)"] = response.choices[position].parts.count
            let part = ChatPart(.toolCall(ToolCall(id: id, name: name, arguments: .text(""))), signature: signature)
            response.choices[position].parts.append(part)
        case .toolArguments(let index, let call, let piece):
            let position = choice(index)
            guard let place = calls["\(index) \(call)"],
                case .toolCall(var known) = response.choices[position].parts[place].content
            else { return }
            known.arguments = .text(known.arguments.text + piece)
            response.choices[position].parts[place].content = .toolCall(known)
        case .partEnd(let index): isEnded.insert(index)
        case .finish(let index, let finish): response.choices[choice(index)].finish = finish
        case .textSignature(let index, let signature):
            let position = choice(index)
            let last = response.choices[position].parts.count - 1
            if last >= 0, response.choices[position].parts[last].text != nil,
                response.choices[position].parts[last].signature == nil
            {
                response.choices[position].parts[last].signature = signature
            } else {
                response.choices[position].parts.append(ChatPart(.text(""), signature: signature))
            }
            isEnded.insert(index)
        case .media(let index, let media, let signature):
            response.choices[choice(index)].parts.append(ChatPart(.media(media), signature: signature))
        case .citation, .logprobs: break
        }
    }

    private mutating func choice(_ index: Int) -> Int {
        if let known = response.choices.firstIndex(where: { $0.index == index }) { return known }
        response.choices.append(ChatChoice(index: index, parts: [], finish: Finish(.stop)))
        return response.choices.count - 1
    }

    private mutating func extend(_ index: Int, _ content: ChatPart.Content) {
        let position = choice(index)
        let last = response.choices[position].parts.count - 1
        defer { isEnded.remove(index) }
        if last >= 0, !isEnded.contains(index) {
            switch (response.choices[position].parts[last].content, content) {
            case (.text(let known), .text(let more)):
                return response.choices[position].parts[last].content = .text(known + more)
            case (.refusal(let known), .refusal(let more)):
                return response.choices[position].parts[last].content = .refusal(known + more)
            case (.reasoning(let known), .reasoning(let more)):
                return response.choices[position].parts[last].content = .reasoning(
                    Reasoning(text: known.text + more.text))
            default: break
            }
        }
        response.choices[position].parts.append(ChatPart(content))
    }
}

extension ChatTool {
    fileprivate var name: String? {
        if case .function(let function) = kind { function.name } else { nil }
    }
}
