public import Wire

/// Something that a model may ask to have called.
public struct ChatTool: Sendable {
    public enum Kind: Sendable {
        case function(FunctionTool)
        /// A tool that only one vendor has, mostly run by itself: its type there, and the declaration as it came.
        case other(type: String, JSONValue)
    }

    public var kind: Kind
    public var cache: CacheMarker?

    public init(_ kind: Kind, cache: CacheMarker? = nil) {
        self.kind = kind
        self.cache = cache
    }
}

public struct FunctionTool: Sendable {
    public var name: String
    public var description: String?
    /// A JSON Schema; nil: it takes no arguments.
    public var parameters: JSONValue?
    public var isStrict: Bool?

    public init(name: String, description: String? = nil, parameters: JSONValue? = nil, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

public enum ToolChoice: Sendable, Equatable {
    case auto, none, required
    case tool(name: String)
    /// Only some of the tools; with `isRequired` one of them must be called.
    case allowed(names: [String], isRequired: Bool)

    /// A tool must be called.
    public var isForced: Bool {
        switch self {
        case .auto, .none: false
        case .required, .tool: true
        case .allowed(_, let isRequired): isRequired
        }
    }
}
