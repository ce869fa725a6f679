internal import Wire

/// Reads ConverseStream's events as events of no dialect. Pure; one per stream.
struct BedrockEventReader: Sendable {
    private enum Block {
        case text, reasoning
        /// Its number in the answer; whether any piece of its arguments came.
        case toolUse(call: Int, isEmpty: Bool)
        /// The arguments are the answer's text.
        case answer
        /// An image that is complete with its block; nil once it cannot be.
        case image(format: String, bytes: [UInt8]?)
        /// What only Bedrock has: tools that it runs itself, and their results.
        case other
    }

    private var blocks: [Int: Block] = [:]
    private var callCount = 0
    private var hasAnswer = false
    /// Of all images so far.
    private var imageBytes = 0
    /// More is not kept.
    private static let mostImageBytes = 32 << 20
    /// Of the call that comes next.
    private var nextSignature: Signature?

    mutating func read(_ body: JSONValue, into events: inout [ChatEvent]) {
        guard let (key, event) = body.members.first(where: { _ in true }) else { return }
        switch key.string {
        case "messageStart": events.append(.start(id: nil, model: nil))
        case "contentBlockStart": start(event, into: &events)
        case "contentBlockDelta": delta(event, into: &events)
        case "contentBlockStop": stop(event["contentBlockIndex"]?.int ?? 0, into: &events)
        case "messageStop":
            var finish = BedrockResponse.finish(event["stopReason"]?.string)
            if hasAnswer, callCount == 0, finish.reason == .toolCalls { finish.reason = .stop }
            events.append(.finish(choice: 0, finish))
        case "metadata":
            if let usage = BedrockUsage.parse(event["usage"]) { events.append(.usage(usage)) }
        default: break
        }
    }

    /// Only tools and images are announced; text and reasoning begin with their first piece.
    private mutating func start(_ event: JSONValue, into events: inout [ChatEvent]) {
        guard let start = event["start"] else { return }
        let index = event["contentBlockIndex"]?.int ?? 0
        if let format = start["image"]?["format"]?.string { return blocks[index] = .image(format: format, bytes: []) }
        guard let use = start["toolUse"], !BedrockResponse.isServerTool(use) else { return blocks[index] = .other }
        if use["name"]?.equals(AnswerTool.nameText) == true {
            blocks[index] = .answer
            hasAnswer = true
            return
        }
        blocks[index] = .toolUse(call: callCount, isEmpty: true)
        events.append(
            .toolCall(
                choice: 0, call: callCount, id: use["toolUseId"]?.string ?? "", name: use["name"]?.string ?? "",
                signature: nextSignature))
        nextSignature = nil
        callCount += 1
    }

    private mutating func delta(_ event: JSONValue, into events: inout [ChatEvent]) {
        guard let delta = event["delta"] else { return }
        let index = event["contentBlockIndex"]?.int ?? 0
        if let text = delta["text"]?.string {
            blocks[index] = .text
            if !text.isEmpty { events.append(.text(choice: 0, text)) }
        } else if let piece = delta["toolUse"]?["input"]?.string, !piece.isEmpty {
            arguments(piece, at: index, into: &events)
        } else if let reasoning = delta["reasoningContent"] {
            blocks[index] = .reasoning
            readReasoning(reasoning, into: &events)
        } else if let piece = delta["image"]?["source"]?["bytes"]?.string {
            append(piece, at: index)
        } else if let citation = delta["citation"] {
            events.append(.citation(choice: 0, BedrockResponse.citation(citation)))
        }
    }

    /// A piece that is no base 64, or too much, spoils its image.
    private mutating func append(_ piece: String, at index: Int) {
        // Taken out, so that the bytes are not copied.
        guard case .image(let format, var bytes?) = blocks.removeValue(forKey: index) else { return }
        guard let more = Base64.decode(piece), imageBytes + more.count <= Self.mostImageBytes else {
            return blocks[index] = .image(format: format, bytes: nil)
        }
        imageBytes += more.count
        bytes += more
        blocks[index] = .image(format: format, bytes: bytes)
    }

    private mutating func arguments(_ piece: String, at index: Int, into events: inout [ChatEvent]) {
        switch blocks[index] {
        case .toolUse(let call, _):
            blocks[index] = .toolUse(call: call, isEmpty: false)
            events.append(.toolArguments(choice: 0, call: call, piece))
        case .answer: events.append(.text(choice: 0, piece))
        default: break
        }
    }

    private mutating func readReasoning(_ reasoning: JSONValue, into events: inout [ChatEvent]) {
        if let text = reasoning["text"]?.string, !text.isEmpty { events.append(.reasoning(choice: 0, text)) }
        if let signature = SignatureCarrier.signature(reasoning["signature"]?.string) {
            events.append(.reasoningSignature(choice: 0, signature))
        }
        guard let text = reasoning["redactedContent"]?.string.map(BedrockSignature.text) else { return }
        if let signature = SignatureCarrier.ofNextPart(text) {
            nextSignature = signature
        } else if let signature = SignatureCarrier.ofPartBefore(text) {
            events.append(.textSignature(choice: 0, signature))
        } else if let signature = SignatureCarrier.signature(text) {
            events.append(.encryptedReasoning(choice: 0, signature))
        }
    }

    private mutating func stop(_ index: Int, into events: inout [ChatEvent]) {
        switch blocks.removeValue(forKey: index) {
        case .toolUse(let call, isEmpty: true): events.append(.toolArguments(choice: 0, call: call, "{}"))
        case .text, .reasoning, .answer: events.append(.partEnd(choice: 0))
        case .image(let format, let bytes?) where !bytes.isEmpty:
            let type = BedrockMedia.mediaType(format, .image)
            events.append(
                .media(choice: 0, Media(kind: .image, source: .data(Base64.encode(bytes), mediaType: type)), nil))
        default: break
        }
    }
}
