internal import Wire

/// Reads the events of a streamed response as events of no dialect. Pure; one per stream.
struct ResponsesEventReader: Sendable {
    /// An output item that is being written.
    private struct Item: Sendable {
        /// Its number among the calls.
        var call: Int?
        var hasContent = false
        /// The summary part that is being written.
        var summaryIndex: Int?
    }

    private var hasStarted = false
    private var items: [Int: Item] = [:]
    private var callCount = 0
    /// Of the call that comes next.
    private var signature: Signature?
    /// More items at a time are not kept apart.
    private static let itemBound = 4096

    mutating func read(_ body: JSONValue, into events: inout [ChatEvent]) {
        let index = body["output_index"]?.int ?? 0
        switch body["type"]?.string {
        case "response.created", "response.in_progress": start(body["response"], into: &events)
        case "response.output_item.added":
            if let item = body["item"] { add(item, at: index, into: &events) }
        case "response.output_text.delta": text(body, at: index, into: &events)
        case "response.refusal.delta":
            guard let piece = body["delta"]?.string, !piece.isEmpty else { return }
            items[index]?.hasContent = true
            events.append(.refusal(choice: 0, piece))
        case "response.output_text.annotation.added":
            if let annotation = body["annotation"], let citation = ResponsesResponse.citation(annotation) {
                events.append(.citation(choice: 0, citation))
            }
        case "response.content_part.done": events.append(.partEnd(choice: 0))
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            think(body, at: index, into: &events)
        case "response.function_call_arguments.delta":
            guard let piece = body["delta"]?.string, !piece.isEmpty, let call = items[index]?.call else { return }
            items[index]?.hasContent = true
            events.append(.toolArguments(choice: 0, call: call, piece))
        case "response.output_item.done":
            if let item = body["item"] { end(item, at: index, into: &events) }
        case "response.completed", "response.incomplete":
            if let response = body["response"] { finish(response, into: &events) }
        default: break
        }
    }

    private mutating func start(_ response: JSONValue?, into events: inout [ChatEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        events.append(.start(id: response?["id"]?.string, model: response?["model"]?.string))
    }

    private mutating func add(_ item: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        start(nil, into: &events)
        guard items.count < Self.itemBound else { return }
        items[index] = Item()
        guard item["type"]?.equals("function_call") == true, let name = item["name"]?.string,
            let id = ResponsesResponse.callID(item)
        else { return }
        items[index]?.call = callCount
        events.append(.toolCall(choice: 0, call: callCount, id: id, name: name, signature: signature))
        signature = nil
        callCount += 1
    }

    private mutating func text(_ body: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        if let piece = body["delta"]?.string, !piece.isEmpty {
            items[index]?.hasContent = true
            events.append(.text(choice: 0, piece))
        }
        if let logprobs = ResponsesResponse.chatLogprobs(body["logprobs"]) {
            events.append(.logprobs(choice: 0, logprobs))
        }
    }

    private mutating func think(_ body: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        guard let piece = body["delta"]?.string, !piece.isEmpty else { return }
        let part = body["summary_index"]?.int ?? body["content_index"]?.int ?? 0
        if let last = items[index]?.summaryIndex, last != part {
            events.append(.reasoning(choice: 0, ResponsesReasoning.separator))
        }
        items[index]?.summaryIndex = part
        items[index]?.hasContent = true
        events.append(.reasoning(choice: 0, piece))
    }

    // MARK: Ends

    /// What did not come in pieces, and what only the complete item says.
    private mutating func end(_ item: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        if items[index] == nil { add(item, at: index, into: &events) }
        let state = items.removeValue(forKey: index) ?? Item()
        switch item["type"]?.string {
        case "message":
            if !state.hasContent { whole(item, into: &events) }
            events.append(.partEnd(choice: 0))
        case "reasoning": end(reasoning: item, hasContent: state.hasContent, into: &events)
        case "function_call":
            guard let call = state.call, !state.hasContent else { return }
            let arguments = OpenAIMessages.arguments(item).text
            events.append(.toolArguments(choice: 0, call: call, arguments.isEmpty ? "{}" : arguments))
        case "image_generation_call":
            if let media = ResponsesResponse.image(item) { events.append(.media(choice: 0, media, nil)) }
        default: break
        }
    }

    private func whole(_ message: JSONValue, into events: inout [ChatEvent]) {
        guard let content = message["content"] else { return }
        for part in content.elements {
            if let text = part["text"]?.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
            if let refusal = part["refusal"]?.string, !refusal.isEmpty {
                events.append(.refusal(choice: 0, refusal))
            }
        }
    }

    private mutating func end(reasoning item: JSONValue, hasContent: Bool, into events: inout [ChatEvent]) {
        switch ResponsesReasoning.read(item) {
        case .signatureOfNextPart(let signature): self.signature = signature
        case .thought(let part):
            guard case .reasoning(let reasoning) = part.content else { return }
            if !hasContent, !reasoning.text.isEmpty { events.append(.reasoning(choice: 0, reasoning.text)) }
            if let redacted = reasoning.encrypted {
                events.append(.encryptedReasoning(choice: 0, redacted))
            } else if let signature = part.signature {
                events.append(.reasoningSignature(choice: 0, signature))
            } else {
                events.append(.partEnd(choice: 0))
            }
        case nil: break
        }
    }

    private func finish(_ response: JSONValue, into events: inout [ChatEvent]) {
        events.append(.finish(choice: 0, ResponsesResponse.finish(response, hasCalls: callCount > 0)))
        if let usage = ResponsesUsage.parse(response["usage"]) { events.append(.usage(usage)) }
    }
}
