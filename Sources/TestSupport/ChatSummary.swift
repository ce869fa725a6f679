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

extension ChatTool {
    fileprivate var name: String? {
        if case .function(let function) = kind { function.name } else { nil }
    }
}
