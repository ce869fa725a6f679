internal import Wire

extension Price.Service {
    /// Where an answer or an event says how it was served: OpenAI's beside the usage, Anthropic's and Gemini's inside it. Nil
    /// where it does not. Events of Responses hold the answer.
    static func name(in body: JSONValue) -> JSONValue? {
        let body = body["response"] ?? body
        let usage = body["usage"] ?? body["message"]?["usage"]
        let name = body["service_tier"] ?? usage?["service_tier"] ?? body["usageMetadata"]?["serviceTier"]
        return name.flatMap { $0.isString ? $0 : nil }
    }

    /// In the words of the vendors. Nil for services without a price of their own, such as capacity paid in advance.
    init?(_ name: JSONValue) {
        if name.equals("default") || name.equals("standard") || name.equals("auto") || name.equals("on_demand") {
            self = .standard
        } else if name.equals("priority") {
            self = .priority
        } else if name.equals("flex") {
            self = .flex
        } else if name.equals("batch") {
            self = .batch
        } else {
            return nil
        }
    }
}
