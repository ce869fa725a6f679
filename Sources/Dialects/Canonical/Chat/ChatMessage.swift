public import Wire

/// One turn of a conversation, or a piece of one: writers merge and split turns as their dialect demands.
public struct ChatMessage: Sendable {
    public enum Role: String, Sendable {
        case system, developer, user, assistant
    }

    public var role: Role
    /// Tool results are parts of user messages.
    public var parts: [ChatPart]
    /// The participant's name.
    public var name: String?

    public init(role: Role, parts: [ChatPart], name: String? = nil) {
        self.role = role
        self.parts = parts
        self.name = name
    }
}

/// A piece of a message.
public struct ChatPart: Sendable {
    public enum Content: Sendable {
        case text(String)
        case media(Media)
        case toolCall(ToolCall)
        case toolResult(ToolResult)
        case reasoning(Reasoning)
        case refusal(String)
        /// What only one vendor has: its type there, and the part as it came.
        case other(type: String, JSONValue)
    }

    public var content: Content
    public var cache: CacheMarker?
    /// What a provider attached to this part and wants back with it (Gemini's `thoughtSignature`). Of reasoning it is
    /// the reasoning's own.
    public var signature: Signature?
    /// Of text: where it is from.
    public var citations: [Citation] = []

    public init(_ content: Content, cache: CacheMarker? = nil, signature: Signature? = nil) {
        self.content = content
        self.cache = cache
        self.signature = signature
    }

    public var text: String? {
        if case .text(let text) = content { text } else { nil }
    }
}

/// Opaque proof that a provider wrote something, which only that provider can read.
public struct Signature: Sendable, Equatable {
    public enum Origin: String, Sendable, CaseIterable {
        case anthropic, google, openAI = "openai"
    }

    public var origin: Origin
    public var value: String

    public init(origin: Origin, value: String) {
        self.origin = origin
        self.value = value
    }
}

/// Thoughts of a model.
public struct Reasoning: Sendable {
    /// Empty where the provider shows none.
    public var text: String
    /// Thoughts that only their provider can read, instead of text.
    public var encrypted: Signature?

    public init(text: String, encrypted: Signature? = nil) {
        self.text = text
        self.encrypted = encrypted
    }
}

/// A model's wish to have a tool called.
public struct ToolCall: Sendable {
    public var id: String
    public var name: String
    public var arguments: ToolArguments

    public init(id: String, name: String, arguments: ToolArguments) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

public struct ToolResult: Sendable {
    public var callID: String
    /// Of the tool, where the dialect says it.
    public var name: String?
    /// Text, media and what only one vendor has.
    public var parts: [ChatPart]
    public var isError: Bool

    public init(callID: String, name: String? = nil, parts: [ChatPart], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.parts = parts
        self.isError = isError
    }

    /// All its text.
    public var text: String { parts.compactMap(\.text).joined() }
}

/// An image, a document, sound or a film.
public struct Media: Sendable {
    public enum Kind: String, Sendable {
        case image, document, audio, video
    }

    public enum Source: Sendable {
        case url(String)
        /// Base64.
        case data(String, mediaType: String)
        /// Of a file that was uploaded to the provider before.
        case file(id: String)
        /// A document of plain text.
        case text(String)
    }

    public var kind: Kind
    public var source: Source
    /// File name or title.
    public var name: String?
    /// Of an image: `auto`, `low`, `high`.
    public var detail: String?

    public init(kind: Kind, source: Source, name: String? = nil, detail: String? = nil) {
        self.kind = kind
        self.source = source
        self.name = name
        self.detail = detail
    }
}

/// Where a text is from.
public struct Citation: Sendable {
    public var url: String?
    public var title: String?
    public var citedText: String?
    /// As it came, for vendor's details.
    public var source: JSONValue?

    public init(url: String? = nil, title: String? = nil, citedText: String? = nil, source: JSONValue? = nil) {
        self.url = url
        self.title = title
        self.citedText = citedText
        self.source = source
    }
}
