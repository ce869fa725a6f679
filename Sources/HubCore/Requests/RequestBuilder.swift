public import Dialects
internal import Wire

/// Says in a `RequestBuilder`'s type that a part is still missing.
public enum Missing {}
/// Says in a `RequestBuilder`'s type that a part is there.
public enum Present {}

/// Builds a completion request step by step. `build` exists only once there are a model and messages, so a
/// request without them does not compile:
///
///     let request = try RequestBuilder().model("sim-chat").user("Say hi").build()
public struct RequestBuilder<Model, Messages> {
    private let parts: RequestParts

    fileprivate init(_ parts: RequestParts) {
        self.parts = parts
    }

    private func changed<NewModel, NewMessages>(
        _ change: (inout RequestParts) -> Void
    ) -> RequestBuilder<NewModel, NewMessages> {
        var parts = parts
        change(&parts)
        return .init(parts)
    }

    /// An id, an alias or `provider/model`.
    public func model(_ name: String) -> RequestBuilder<Present, Messages> {
        changed { $0.model = name }
    }

    public func system(_ text: String) -> RequestBuilder<Model, Messages> {
        changed { $0.messages.append(("system", text)) }
    }

    public func user(_ text: String) -> RequestBuilder<Model, Present> {
        changed { $0.messages.append(("user", text)) }
    }

    public func assistant(_ text: String) -> RequestBuilder<Model, Messages> {
        changed { $0.messages.append(("assistant", text)) }
    }

    /// 0..2.
    public func temperature(_ value: Double) -> RequestBuilder<Model, Messages> {
        changed { $0.temperature = value }
    }

    public func maximumTokens(_ count: Int) -> RequestBuilder<Model, Messages> {
        changed { $0.maximumTokens = count }
    }
}

private struct RequestParts {
    var model = ""
    var messages: [(role: StaticString, text: String)] = []
    var temperature: Double?
    var maximumTokens: Int?

    func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("model", model)
        writer.key("messages")
        writer.beginArray()
        for message in messages {
            writer.beginObject()
            writer.member("role", message.role)
            writer.member("content", message.text)
            writer.endObject()
        }
        writer.endArray()
        if let temperature { writer.member("temperature", temperature) }
        if let maximumTokens { writer.member("max_tokens", maximumTokens) }
        writer.endObject()
        return writer.bytes
    }
}

extension RequestBuilder where Model == Missing, Messages == Missing {
    public init() {
        self.init(RequestParts())
    }
}

extension RequestBuilder where Model == Present, Messages == Present {
    /// Throws where a value is out of its range.
    public func build() throws(HubError) -> CompletionRequest {
        try CallInput.bytes(parts.json(), form: .unifiedChat).parse()
    }
}
