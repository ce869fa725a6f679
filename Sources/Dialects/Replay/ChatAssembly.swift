internal import Wire

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
        case .citation(let index, let citation):
            let position = choice(index)
            guard let last = response.choices[position].parts.lastIndex(where: { $0.text != nil }) else { return }
            response.choices[position].parts[last].citations.append(citation)
        case .logprobs(let index, let logprobs): take(logprobs, of: choice(index))
        }
    }

    /// Each chunk has the tokens of its own text, in lists under the same names.
    private mutating func take(_ logprobs: JSONValue, of position: Int) {
        guard let known = response.choices[position].logprobs, known.isObject, logprobs.isObject else {
            return response.choices[position].logprobs = logprobs
        }
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in known.members {
            writer.key(key)
            let more = logprobs[named: key.string]
            guard value.isArray || more?.isArray == true else {
                writer.value(value)
                continue
            }
            writer.beginArray()
            for list in [value, more] {
                guard let list else { continue }
                for element in list.elements { writer.value(element) }
            }
            writer.endArray()
        }
        writer.endObject()
        if let joined = try? JSONDocument.parse(writer.bytes, maximumDepth: 512).root {
            response.choices[position].logprobs = joined
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
