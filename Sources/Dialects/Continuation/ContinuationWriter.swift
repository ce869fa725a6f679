internal import Wire

/// Writes events as the provider of a stream would have gone on with it: under its ids, in the part that it has open. Pure; one
/// per continuation.
struct ContinuationWriter: Sendable {
    private enum Form: Sendable {
        case openAI(OpenAIEventWriter)
        case gemini(GeminiEventWriter)
        case anthropic(AnthropicEventWriter, AnthropicStreamDecoder)
        case responses(ResponsesEventWriter, ResponsesStreamDecoder)
        case bedrock(BedrockEventWriter, BedrockStreamDecoder)
        /// Taken out, so that what it keeps is not copied.
        case none
    }

    private var form: Form
    private let names: StreamNames

    /// - Parameter request: the client's body, where it speaks Responses: the last event repeats fields of it.
    init(after beginning: StreamBeginning, names: StreamNames, request: JSONValue?) {
        self.names = names
        let (id, model) = (names.id, names.model)
        form =
            switch beginning.dialect {
            case .openAI, nil: .openAI(OpenAIEventWriter(id: id, created: names.created, model: model))
            case .gemini: .gemini(GeminiEventWriter(id: id, model: model))
            case .anthropic:
                .anthropic(
                    AnthropicEventWriter(id: id, model: model, inputEstimate: 0),
                    AnthropicStreamDecoder(provider: names.provider))
            case .bedrock: .bedrock(BedrockEventWriter(), BedrockStreamDecoder(provider: names.provider))
            case .responses:
                .responses(
                    ResponsesEventWriter(
                        id: id, created: names.created, model: model, echo: ResponsesEcho(request),
                        goingOnWith: beginning.text, of: beginning.messageID ?? "msg_0",
                        sequenceNumber: beginning.sequenceNumber),
                    ResponsesStreamDecoder(provider: names.provider))
            }
        openText(beginning.text)
    }

    /// Brings a writer to where the client is: what it writes has been sent by the first provider.
    private mutating func openText(_ text: String) {
        if case .responses = form { return }
        var sent: [StreamChunk] = []
        try? append(.text(choice: 0, text), to: &sent)
    }

    /// Appends what says the event. Throws where that cannot be read again, which would be a mistake of the hub's.
    mutating func append(_ event: ChatEvent, to chunks: inout [StreamChunk]) throws(HubError) {
        var taken = Form.none
        swap(&taken, &form)
        defer { swap(&taken, &form) }
        var bytes: [UInt8] = []
        switch taken {
        case .none: break
        case .openAI(var writer):
            taken = .none
            defer { taken = .openAI(writer) }
            if let json = writer.chunk(event) { chunks.append(try OpenAIStream.parse(json, provider: names.provider)) }
        case .gemini(var writer):
            taken = .none
            defer { taken = .gemini(writer) }
            for json in writer.chunks(event) {
                chunks.append(try GeminiStream.parse(json, provider: names.provider))
            }
        case .anthropic(var writer, var decoder):
            taken = .none
            defer { taken = .anthropic(writer, decoder) }
            writer.append(event, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        case .responses(var writer, var decoder):
            taken = .none
            defer { taken = .responses(writer, decoder) }
            writer.append(event, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        case .bedrock(var writer, var decoder):
            taken = .none
            defer { taken = .bedrock(writer, decoder) }
            writer.append(event, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        }
    }

    /// Appends the end of a complete answer.
    mutating func finish(usage: TokenUsage?, into chunks: inout [StreamChunk]) throws(HubError) {
        var bytes: [UInt8] = []
        switch form {
        case .none: break
        case .openAI:
            guard usage != nil else { return }
            var metadata = AnswerMetadata()
            metadata.model = names.model
            metadata.usage = usage
            OpenAIStream.appendUsage(
                id: names.id, created: names.created, metadata: metadata, hub: false, to: &bytes)
            var decoder = OpenAIStreamDecoder(provider: names.provider)
            try Self.read(bytes, &decoder, into: &chunks)
        case .gemini(var writer):
            for json in writer.end(usage: usage, hub: nil) {
                chunks.append(try GeminiStream.parse(json, provider: names.provider))
            }
        case .anthropic(var writer, var decoder):
            writer.appendEnd(usage: usage, hub: nil, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        case .responses(var writer, var decoder):
            _ = writer.appendEnd(usage: usage, hub: nil, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        case .bedrock(var writer, var decoder):
            writer.appendEnd(usage: usage, latencyMilliseconds: 1, hub: nil, to: &bytes)
            try Self.read(bytes, &decoder, into: &chunks)
        }
    }

    private static func read(
        _ bytes: [UInt8], _ decoder: inout some StreamDecoding, into chunks: inout [StreamChunk]
    ) throws(HubError) {
        guard !bytes.isEmpty else { return }
        bytes.withUnsafeBytes { decoder.feed($0) }
        while let chunk = try decoder.next() { chunks.append(chunk) }
    }
}

/// What the chunks of a stream say of it besides.
struct StreamNames: Sendable {
    let id: String
    /// Seconds since 1970.
    let created: Int
    let model: String
    /// For errors.
    let provider: String
}
