internal import Wire

/// Reads Anthropic's stream events as events of no dialect. Pure; one per stream.
struct AnthropicEventReader: Sendable {
    private enum Block {
        case text, thinking
        /// Its number in the answer; whether any piece of its arguments came.
        case toolUse(call: Int, isEmpty: Bool)
        /// The arguments are the answer's text.
        case answer
        /// What only Anthropic has.
        case other
    }

    private var blocks: [Int: Block] = [:]
    private var callCount = 0
    private var hasAnswer = false
    private var usage = AnthropicUsage()
    /// Of the call that comes next.
    private var nextSignature: Signature?

    mutating func read(_ body: JSONValue, into events: inout [ChatEvent]) {
        switch body["type"]?.string {
        case "message_start":
            let message = body["message"]
            events.append(.start(id: message?["id"]?.string, model: message?["model"]?.string))
            take(message?["usage"], into: &events)
        case "content_block_start":
            if let block = body["content_block"] { start(block, at: body["index"]?.int ?? 0, into: &events) }
        case "content_block_delta":
            if let delta = body["delta"] { read(delta, at: body["index"]?.int ?? 0, into: &events) }
        case "content_block_stop": stop(body["index"]?.int ?? 0, into: &events)
        case "message_delta":
            take(body["usage"], into: &events)
            if let reason = body["delta"]?["stop_reason"]?.string {
                var finish = AnthropicResponse.finish(reason, stopSequence: body["delta"]?["stop_sequence"]?.string)
                if hasAnswer, callCount == 0, finish.reason == .toolCalls { finish.reason = .stop }
                events.append(.finish(choice: 0, finish))
            }
        default: break
        }
    }

    private mutating func take(_ counts: JSONValue?, into events: inout [ChatEvent]) {
        guard let counts, counts.isObject else { return }
        usage.take(counts)
        if let tokens = usage.tokens { events.append(.usage(tokens)) }
    }

    private mutating func start(_ block: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        switch block["type"]?.string {
        case "text":
            blocks[index] = .text
            if let text = block["text"]?.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
        case "thinking":
            blocks[index] = .thinking
            if let text = block["thinking"]?.string, !text.isEmpty { events.append(.reasoning(choice: 0, text)) }
        case "redacted_thinking":
            blocks[index] = .other
            readOpaque(block["data"]?.string ?? "", into: &events)
        case "tool_use" where block["name"]?.equals(AnswerTool.nameText) == true:
            blocks[index] = .answer
            hasAnswer = true
        case "tool_use":
            let call = callCount
            callCount += 1
            blocks[index] = .toolUse(call: call, isEmpty: true)
            events.append(
                .toolCall(
                    choice: 0, call: call, id: block["id"]?.string ?? "", name: block["name"]?.string ?? "",
                    signature: nextSignature))
            nextSignature = nil
            // Arguments come in pieces, but for some gateways.
            if let input = block["input"], input.count > 0 {
                blocks[index] = .toolUse(call: call, isEmpty: false)
                events.append(.toolArguments(choice: 0, call: call, ToolArguments.value(input).text))
            }
        default: blocks[index] = .other
        }
    }

    private mutating func readOpaque(_ data: String, into events: inout [ChatEvent]) {
        if let signature = SignatureCarrier.ofNextPart(data) {
            nextSignature = signature
        } else if let signature = SignatureCarrier.ofPartBefore(data) {
            events.append(.textSignature(choice: 0, signature))
        } else if let signature = SignatureCarrier.signature(data) {
            events.append(.encryptedReasoning(choice: 0, signature))
        }
    }

    private mutating func read(_ delta: JSONValue, at index: Int, into events: inout [ChatEvent]) {
        switch delta["type"]?.string {
        case "text_delta":
            if let text = delta["text"]?.string, !text.isEmpty { events.append(.text(choice: 0, text)) }
        case "thinking_delta":
            if let text = delta["thinking"]?.string, !text.isEmpty { events.append(.reasoning(choice: 0, text)) }
        case "signature_delta":
            if let signature = SignatureCarrier.signature(delta["signature"]?.string) {
                events.append(.reasoningSignature(choice: 0, signature))
            }
        case "input_json_delta":
            guard let piece = delta["partial_json"]?.string, !piece.isEmpty else { return }
            switch blocks[index] {
            case .toolUse(let call, _):
                blocks[index] = .toolUse(call: call, isEmpty: false)
                events.append(.toolArguments(choice: 0, call: call, piece))
            case .answer: events.append(.text(choice: 0, piece))
            default: break
            }
        case "citations_delta":
            if let citation = delta["citation"] {
                events.append(.citation(choice: 0, AnthropicBlocks.citation(citation)))
            }
        default: break
        }
    }

    private mutating func stop(_ index: Int, into events: inout [ChatEvent]) {
        switch blocks.removeValue(forKey: index) {
        case .toolUse(let call, isEmpty: true): events.append(.toolArguments(choice: 0, call: call, "{}"))
        case .text, .thinking, .answer: events.append(.partEnd(choice: 0))
        default: break
        }
    }
}
