/// Finds out which call a result belongs to: Gemini's clients may leave ids out and go by name and order. Pure.
struct GeminiCallIDs {
    private var waiting: [(id: String, name: String)] = []
    private var count = 0

    /// The id of a call, made up where it has none: the same in every request that repeats the conversation.
    mutating func call(name: String, id: String?) -> String {
        let given = id ?? ""
        let id = given.isEmpty ? ToolCallID.minted(answer: "conversation", choice: 0, call: count) : given
        count += 1
        waiting.append((id, name))
        return id
    }

    /// The id of the call that a result answers: its own if it has one, else that of the first call of the tool that
    /// waits for one.
    mutating func result(name: String, id: String?) -> String {
        if let id, !id.isEmpty {
            waiting.removeAll { $0.id == id }
            return id
        }
        let position = waiting.firstIndex { $0.name == name } ?? waiting.indices.first
        return position.map { waiting.remove(at: $0).id } ?? name
    }
}
