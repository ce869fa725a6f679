internal import Wire

/// OpenAI's list of embeddings: contract 2.5.
public enum EmbeddingResponse {
    // MARK: From a provider

    /// Reads a provider's answer of status 200. Finds an error inside it.
    /// - Parameter count: of the inputs.
    public static func parse(_ bytes: [UInt8], provider: String, count: Int) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 64).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = OpenAIErrors.parseInside(body, provider: provider) { throw error }
        guard let data = body["data"], data.isArray else { throw bad("the answer has no data", provider) }
        guard data.count == count else {
            throw bad("the answer has \(data.count) embeddings for \(count) inputs", provider)
        }
        for item in data.elements where item["embedding"].map({ $0.isArray || $0.isString }) != true {
            throw bad("the answer has an item without embedding", provider)
        }
        var response = CompletionResponse(
            body: body, usage: usage(body["usage"]), servedModel: body["model"]?.string, finishReasons: [])
        if body["object"] != nil, body["model"] != nil { response.bytes = bytes }
        return response
    }

    /// The answer of a provider of another form.
    /// - Parameters:
    ///   - usage: nil where the provider does not count. It stays unknown for the hub, which charges nothing by an estimate.
    ///   - estimate: tokens in place of the count that OpenAI's clients rely on, marked as what it is.
    public static func make(
        _ vectors: [[Float]], model: String, usage: TokenUsage?, estimate: @autoclosure () -> Int
    ) throws(HubError) -> CompletionResponse {
        var writer = JSONWriter(reserving: 256 + vectors.reduce(0) { $0 + $1.count * 12 })
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for (index, vector) in vectors.enumerated() {
            writer.beginObject()
            writer.member("object", "embedding")
            writer.member("index", index)
            writer.key("embedding")
            write(vector, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.member("model", model)
        write(usage?.promptTotal ?? estimate(), isEstimate: usage == nil, to: &writer)
        writer.endObject()
        do throws(JSONError) {
            let body = try JSONDocument.parse(writer.bytes).root
            var response = CompletionResponse(body: body, usage: usage, servedModel: model, finishReasons: [])
            response.bytes = writer.bytes
            return response
        } catch {
            throw HubError(.internalError, "the embeddings are not JSON: \(error.message)")
        }
    }

    private static func usage(_ usage: JSONValue?) -> TokenUsage? {
        guard let usage, usage.isObject else { return nil }
        let tokens = (usage["prompt_tokens"] ?? usage["total_tokens"])?.int ?? 0
        return TokenUsage(input: min(max(0, tokens), 1 << 40))
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }

    // MARK: To a client

    /// The answer as it came, its numbers in the encoding that was asked for.
    /// - Parameters:
    ///   - model: where the answer names none.
    ///   - hub: what the `hub` object of contract 2.9 says; nil leaves it out.
    ///
    /// Throws `provider_bad_response` for numbers that cannot be read.
    public static func render(
        _ response: CompletionResponse, _ request: CompletionRequest, model: String, hub: AnswerMetadata?
    ) throws(HubError) -> [UInt8] {
        let wantsBase64 = EmbeddingRequest.wantsBase64(request)
        let isAsWanted = response.body["data"]?.elements.allSatisfy { item in
            item["embedding"]?.isString == wantsBase64
        }
        if hub == nil, isAsWanted == true, let bytes = response.bytes { return bytes }
        var writer = JSONWriter(reserving: response.body.documentBytes)
        writer.beginObject()
        if response.body["object"] == nil { writer.member("object", "list") }
        for (key, value) in response.body.members {
            writer.key(key)
            guard key.equals("data") else {
                writer.value(value)
                continue
            }
            writer.beginArray()
            var index = 0
            for item in value.elements {
                try write(item, index, wantsBase64: wantsBase64, to: &writer)
                index += 1
            }
            writer.endArray()
        }
        if response.body["model"] == nil { writer.member("model", model) }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ item: JSONValue, _ index: Int, wantsBase64: Bool, to writer: inout JSONWriter
    ) throws(HubError) {
        writer.beginObject()
        if item["object"] == nil { writer.member("object", "embedding") }
        if item["index"] == nil { writer.member("index", index) }
        for (key, value) in item.members {
            writer.key(key)
            if !key.equals("embedding") || value.isString == wantsBase64 {
                writer.value(value)
            } else if wantsBase64 {
                writer.string(try base64(value, index))
            } else {
                write(try vector(value, index), to: &writer)
            }
        }
        writer.endObject()
    }

    /// The shortest texts that read back as the same 32-bit numbers.
    private static func write(_ vector: [Float], to writer: inout JSONWriter) {
        writer.beginArray()
        for number in vector { writer.raw(Array("\(number)".utf8)) }
        writer.endArray()
    }

    private static func write(_ tokens: Int, isEstimate: Bool, to writer: inout JSONWriter) {
        writer.key("usage")
        writer.beginObject()
        writer.member("prompt_tokens", tokens)
        writer.member("total_tokens", tokens)
        if isEstimate { writer.member("usage_source", "estimated") }
        writer.endObject()
    }

    // MARK: Encodings

    /// 32-bit numbers, the low byte first.
    private static func base64(_ numbers: JSONValue, _ index: Int) throws(HubError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 4)
        for number in numbers.elements {
            guard let value = number.double else { throw unreadable(index) }
            let bits = Float(value).bitPattern
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return Base64.encode(bytes)
    }

    private static func vector(_ text: JSONValue, _ index: Int) throws(HubError) -> [Float] {
        guard let bytes = text.string.flatMap({ Base64.decode($0) }), bytes.count % 4 == 0 else {
            throw unreadable(index)
        }
        var vector: [Float] = []
        vector.reserveCapacity(bytes.count / 4)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var bits: UInt32 = 0
            for offset in 0..<4 { bits |= UInt32(bytes[start + offset]) << (8 * UInt32(offset)) }
            let number = Float(bitPattern: bits)
            guard number.isFinite else { throw unreadable(index) }
            vector.append(number)
        }
        return vector
    }

    private static func unreadable(_ index: Int) -> HubError {
        HubError(.providerBadResponse, "the embedding \(index) of the answer is not a list of numbers")
    }
}
