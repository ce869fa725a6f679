public import Wire

/// OpenAI's request for embeddings: contract 2.5.
public enum EmbeddingRequest {
    /// A text to embed, or its tokens.
    public enum Input: Sendable {
        case text(String)
        /// An array of integers.
        case tokens(JSONValue)
    }

    private static let maximumInputs = 2048

    /// Checks all that the contract names; the provider judges what is left.
    public static func parse(_ body: JSONValue) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["model", "input", "encoding_format", "dimensions", "user"])
        let model = try fields.requiredString("model", maximumLength: 256)
        try checkInput(fields)
        if let format = try fields.string("encoding_format", maximumLength: 16), format != "float", format != "base64" {
            throw .validation("encoding_format", "must be float or base64")
        }
        _ = try fields.integer("dimensions", in: 1...Int.max)
        return CompletionRequest(
            dialect: .embeddings, body: body, model: model, user: try fields.string("user", maximumLength: 4096))
    }

    private static func checkInput(_ fields: FieldReader) throws(HubError) {
        guard let input = fields.value("input") else { throw .validation("input", "is required") }
        if input.isString {
            guard !input.equals("") else { throw .validation("input", "must not be empty") }
            return
        }
        guard input.isArray else {
            throw .validation("input", "must be a string, strings, tokens or arrays of tokens")
        }
        if isTokens(input) { return }
        guard (1...maximumInputs).contains(input.count) else {
            throw .validation("input", "must have 1..\(maximumInputs) items")
        }
        let isText = input[index: 0]?.isString == true
        var index = 0
        for element in input.elements {
            if isText {
                guard element.isString else { throw .validation("input[\(index)]", "must be a string as the first is") }
                guard !element.equals("") else { throw .validation("input[\(index)]", "must not be empty") }
            } else {
                guard isTokens(element) else { throw .validation("input[\(index)]", "must be an array of tokens") }
            }
            index += 1
        }
    }

    /// Integers from 0 up, and at least one.
    private static func isTokens(_ value: JSONValue) -> Bool {
        value.isArray && value.count > 0 && value.elements.allSatisfy { $0.uint64 != nil }
    }

    /// What is to be embedded, in order.
    public static func inputs(_ request: CompletionRequest) -> [Input] {
        guard let input = request.body["input"] else { return [] }
        if let text = input.string { return [.text(text)] }
        if isTokens(input) { return [.tokens(input)] }
        return input.elements.map { element in
            if let text = element.string { .text(text) } else { .tokens(element) }
        }
    }

    /// The texts that are to be embedded, for a provider of another form. Fields that it cannot take are named in `report`.
    /// - Parameter others: fields beside OpenAI's that it takes.
    ///
    /// Throws `unsupported_parameter` for tokens: they are those of OpenAI's models.
    public static func texts(
        _ request: CompletionRequest, provider: String, others: Set<String> = [], report: inout TranslationReport
    ) throws(HubError) -> [String] {
        var texts: [String] = []
        for input in inputs(request) {
            guard case .text(let text) = input else {
                var error = HubError(
                    .unsupportedParameter, "\(provider) embeds texts; tokens are those of another model",
                    parameter: "input")
                error.provider = provider
                throw error
            }
            texts.append(text)
        }
        for (key, value) in request.body.members where !value.isNull {
            switch key.string {
            case "model", "input", "dimensions", "encoding_format": break
            case let name where others.contains(name): break
            default: report.drop(key.string)
            }
        }
        return texts
    }

    public static func dimensions(_ request: CompletionRequest) -> Int? { request.body["dimensions"]?.int }

    static func wantsBase64(_ request: CompletionRequest) -> Bool {
        request.body["encoding_format"]?.equals("base64") == true
    }

    /// The request for a target of the same form: every field as it came, in its order.
    public static func render(_ request: CompletionRequest, model: String) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 64)
        writer.beginObject()
        for (key, value) in request.body.members {
            if key.equals("model") {
                writer.member("model", model)
            } else {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        return writer.bytes
    }
}
