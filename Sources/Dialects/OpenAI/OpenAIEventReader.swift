internal import Wire

/// Reads the chunks of a stream in OpenAI's form as events of no dialect. Pure; one per stream.
struct OpenAIEventReader: Sendable {
    /// More choices or calls than these are no answer, and are left out.
    private static let mostChoices = 128
    private static let mostCalls = 1024

    private let fallbackID: String
    private var id: String?
    private var calls: [Call] = []

    /// A call that is being written.
    private struct Call: Sendable {
        var choice: Int
        /// As the server counts; some always say 0.
        var wireIndex: Int?
        var id: String
        var name: String
        var signature: Signature?
        /// What came before the name: some servers send the arguments first.
        var held: String
        var isStarted = false
    }

    init(fallbackID: String) {
        self.fallbackID = fallbackID
    }

    mutating func read(_ body: JSONValue, into events: inout [ChatEvent]) {
        if id == nil, body["choices"]?.count ?? 0 > 0 {
            let given = body["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            id = given ?? fallbackID
            events.append(.start(id: id, model: body["model"]?.string.flatMap { $0.isEmpty ? nil : $0 }))
        }
        if let choices = body["choices"] {
            for choice in choices.elements { read(choice: choice, into: &events) }
        }
        if let usage = OpenAIUsage.parse(body["usage"]) ?? OpenAIUsage.parse(body["x_groq"]?["usage"]) {
            events.append(.usage(usage))
        }
    }

    private mutating func read(choice: JSONValue, into events: inout [ChatEvent]) {
        let index = choice["index"]?.int ?? 0
        guard (0..<Self.mostChoices).contains(index) else { return }
        // Some servers send a whole message at the end of a stream, with nothing new in it.
        if let delta = choice["delta"], delta.isObject { read(delta, choice: index, into: &events) }
        if let logprobs = choice.given("logprobs") { events.append(.logprobs(choice: index, logprobs)) }
        if let reason = choice["finish_reason"]?.string, !reason.isEmpty {
            let hasCalls = calls.contains { $0.choice == index }
            events.append(.finish(choice: index, OpenAIResponse.finish(reason, hasCalls: hasCalls)))
        }
    }

    private mutating func read(_ delta: JSONValue, choice: Int, into events: inout [ChatEvent]) {
        readReasoning(delta, choice: choice, into: &events)
        if let text = delta["content"]?.string {
            if !text.isEmpty { events.append(.text(choice: choice, text)) }
        } else if let parts = delta["content"] {
            for part in parts.elements { read(part: part, choice: choice, into: &events) }
        }
        if let signature = OpenAIReasoning.toolSignature(delta) {
            events.append(.textSignature(choice: choice, signature))
        }
        for image in OpenAIImages.read(delta) {
            guard case .media(let media) = image.content else { continue }
            events.append(.media(choice: choice, media, image.signature))
        }
        if let citations = OpenAIResponse.citations(delta["annotations"]) {
            for citation in citations { events.append(.citation(choice: choice, citation)) }
        }
        if let refusal = delta["refusal"]?.string, !refusal.isEmpty {
            events.append(.refusal(choice: choice, refusal))
        }
        if let list = delta["tool_calls"] {
            for call in list.elements { read(call: call, choice: choice, into: &events) }
        }
    }

    private func read(part: JSONValue, choice: Int, into events: inout [ChatEvent]) {
        switch part["type"]?.string {
        case "text":
            if let text = part["text"]?.string, !text.isEmpty { events.append(.text(choice: choice, text)) }
        case "thinking", "reasoning":
            let text = OpenAIParts.thoughts(part)
            if !text.isEmpty { events.append(.reasoning(choice: choice, text)) }
        default: break
        }
    }

    /// The text for people and the blocks' text are the same: one of them counts.
    private func readReasoning(_ delta: JSONValue, choice: Int, into events: inout [ChatEvent]) {
        let text = OpenAIReasoning.text(of: delta)
        if let text, !text.isEmpty { events.append(.reasoning(choice: choice, text)) }
        guard let details = delta["reasoning_details"] else { return }
        for detail in details.elements {
            if text == nil, let piece = detail["text"]?.string ?? detail["summary"]?.string, !piece.isEmpty {
                events.append(.reasoning(choice: choice, piece))
            }
            if let signature = OpenAIReasoning.signature(detail) {
                events.append(.reasoningSignature(choice: choice, signature))
            }
            if let data = detail["data"]?.string, let origin = OpenAIReasoning.origin(detail) {
                events.append(.encryptedReasoning(choice: choice, Signature(origin: origin, value: data)))
            }
        }
    }

    // MARK: Tool calls

    private mutating func read(call: JSONValue, choice: Int, into events: inout [ChatEvent]) {
        let function = call["function"]
        guard let position = position(of: call, choice: choice) else { return }
        if let name = function?["name"]?.string, calls[position].name.isEmpty { calls[position].name = name }
        if let signature = OpenAIReasoning.toolSignature(call) { calls[position].signature = signature }
        let arguments = function.map { OpenAIMessages.arguments($0).text } ?? ""
        let number = number(of: position)
        if !calls[position].isStarted {
            guard !calls[position].name.isEmpty else { return calls[position].held += arguments }
            calls[position].isStarted = true
            let call = calls[position]
            let id =
                call.id.isEmpty
                ? ToolCallID.minted(answer: self.id ?? fallbackID, choice: choice, call: number) : call.id
            events.append(
                .toolCall(choice: choice, call: number, id: id, name: call.name, signature: call.signature))
            calls[position].held = ""
            if !call.held.isEmpty { events.append(.toolArguments(choice: choice, call: number, call.held)) }
        }
        if !arguments.isEmpty { events.append(.toolArguments(choice: choice, call: number, arguments)) }
    }

    /// The call that a fragment belongs to, begun if it is new: another id or name than the call's with that index.
    private mutating func position(of fragment: JSONValue, choice: Int) -> Int? {
        let wireIndex = fragment["index"]?.int
        let id = fragment["id"]?.string ?? ""
        let name = fragment["function"]?["name"]?.string ?? ""
        let known = calls.lastIndex { call in
            call.choice == choice && (wireIndex == nil || call.wireIndex == nil || call.wireIndex == wireIndex)
        }
        if let known {
            let call = calls[known]
            let isOther =
                (!id.isEmpty && !call.id.isEmpty && id != call.id)
                || (!name.isEmpty && !call.name.isEmpty && name != call.name && (id.isEmpty || id != call.id))
            if !isOther {
                if call.id.isEmpty, !call.isStarted { calls[known].id = id }
                return known
            }
        }
        guard calls.count < Self.mostCalls else { return nil }
        calls.append(Call(choice: choice, wireIndex: wireIndex, id: id, name: "", signature: nil, held: ""))
        return calls.count - 1
    }

    /// Counted from 0 in the choice.
    private func number(of position: Int) -> Int {
        calls[..<position].count { $0.choice == calls[position].choice }
    }
}
