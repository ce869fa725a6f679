public import Wire

/// A provider's whole answer: what the hub counts and decides on, and the document it came in.
///
/// One reference in size: it is handed up through every step of the pipeline.
public struct CompletionResponse: Sendable {
    private enum Document: Sendable {
        case read(JSONValue)
        /// Written here, so that nobody need read it unless a client speaks another form.
        case written([UInt8])
    }

    private struct Facts: Sendable {
        var dialect: WireDialect
        var document: Document
        var bytes: [UInt8]?
        var usage: TokenUsage?
        var servedModel: String?
        var finishReasons: [String]
        var furtherBodies: [JSONValue] = []
        var droppedParameters: [String] = []
    }

    private indirect enum Box: Sendable {
        case facts(Facts)
    }

    private var box: Box

    private var facts: Facts {
        get {
            switch box {
            case .facts(let facts): facts
            }
        }
        set { box = .facts(newValue) }
    }

    public init(
        dialect: WireDialect = .openAI, body: JSONValue, bytes: [UInt8]? = nil, usage: TokenUsage?,
        servedModel: String?, finishReasons: [String]
    ) {
        box = .facts(
            Facts(
                dialect: dialect, document: .read(body), bytes: bytes, usage: usage, servedModel: servedModel,
                finishReasons: finishReasons))
    }

    /// An answer that this process wrote: a JSON object, complete in its dialect. It is read only when `body` is asked for.
    public init(
        dialect: WireDialect = .openAI, written bytes: [UInt8], usage: TokenUsage?, servedModel: String?,
        finishReasons: [String], droppedParameters: [String] = []
    ) {
        box = .facts(
            Facts(
                dialect: dialect, document: .written(bytes), bytes: bytes, usage: usage, servedModel: servedModel,
                finishReasons: finishReasons, droppedParameters: droppedParameters))
    }

    /// The form it is in: its provider's.
    public var dialect: WireDialect {
        get { facts.dialect }
        set { facts.dialect = newValue }
    }
    /// Of an answer that this process wrote, each call reads it anew: see `reading`.
    public var body: JSONValue {
        get {
            switch facts.document {
            case .read(let body): body
            case .written(let bytes):
                (try? JSONDocument.parse(bytes, maximumDepth: 512).root) ?? JSONDocument.emptyObject
            }
        }
        set { facts.document = .read(newValue) }
    }
    /// The same with its document read, for whoever looks at it more than once.
    public func reading() -> CompletionResponse {
        guard case .written = facts.document else { return self }
        var response = self
        response.body = body
        return response
    }
    /// What the provider sent; nil where this process wrote the answer.
    public var receivedBody: JSONValue? {
        switch facts.document {
        case .read(let body): body
        case .written: nil
        }
    }
    /// The bytes of `body`, where they can be passed on as they are.
    public var bytes: [UInt8]? {
        get { facts.bytes }
        set { facts.bytes = newValue }
    }
    public var usage: TokenUsage? {
        get { facts.usage }
        set { facts.usage = newValue }
    }
    /// The model that the provider says it ran.
    public var servedModel: String? { facts.servedModel }
    /// In the provider's words.
    public var finishReasons: [String] {
        get { facts.finishReasons }
        set { facts.finishReasons = newValue }
    }
    /// Where each choice is a call of its own: the answers after the first, in its dialect.
    public var furtherBodies: [JSONValue] { facts.furtherBodies }
    /// Fields of the request that the provider could not take.
    public var droppedParameters: [String] {
        get { facts.droppedParameters }
        set { facts.droppedParameters = newValue }
    }

    /// Takes the answer to another call for the same request as a further choice.
    public mutating func add(_ choice: CompletionResponse) {
        facts.furtherBodies.append(choice.body)
        facts.finishReasons += choice.finishReasons
        facts.bytes = nil
        guard let more = choice.usage else { return }
        facts.usage = (facts.usage ?? TokenUsage()) + more
    }
}
