internal import Wire

/// The response object around its output: the same in a whole answer and in a stream's events.
struct ResponsesFrame: Sendable {
    enum State {
        case inProgress
        /// A refusal is an answer, not a filtered one.
        case ended(Finish, hasRefusal: Bool)
    }

    let id: String
    /// Seconds since 1970.
    let created: Int
    let model: String
    let echo: ResponsesEcho
    var serviceTier: String?

    init(id: String, created: Int, model: String, echo: ResponsesEcho) {
        self.id = id
        self.created = created
        self.model = model
        self.echo = echo
    }

    /// Why an answer is not complete; nil if it is.
    static func incompleteReason(_ finish: Finish, hasRefusal: Bool) -> StaticString? {
        switch finish.reason {
        case .length: "max_output_tokens"
        case .contentFilter: hasRefusal ? nil : "content_filter"
        case .stop, .toolCalls, .pause, .malformed: nil
        }
    }

    /// - Parameters:
    ///   - output: items, as JSON.
    ///   - hub: what the `hub` object of contract 2.9 says; nil leaves it out.
    func write(
        _ state: State, output: [[UInt8]], usage: TokenUsage?, hub: AnswerMetadata?, to writer: inout JSONWriter
    ) {
        var reason: StaticString?
        var status: StaticString = "in_progress"
        if case .ended(let finish, let hasRefusal) = state {
            reason = Self.incompleteReason(finish, hasRefusal: hasRefusal)
            status = reason == nil ? "completed" : "incomplete"
        }
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "response")
        writer.member("created_at", created)
        writer.member("status", status)
        writer.key("error")
        writer.null()
        writer.key("incomplete_details")
        if let reason {
            writer.beginObject()
            writer.member("reason", reason)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("model", model)
        writer.key("output")
        writer.beginArray()
        for item in output { writer.raw(item) }
        writer.endArray()
        echo.writeMembers(to: &writer)
        if let serviceTier { writer.member("service_tier", serviceTier) }
        writer.key("usage")
        if let usage { ResponsesUsage.write(usage, to: &writer) } else { writer.null() }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
    }
}
