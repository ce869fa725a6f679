internal import Wire

extension Price.Service {
    /// Where an answer or an event says how it was served: OpenAI's and Bedrock's beside the usage, Anthropic's and Gemini's
    /// inside it, where Vertex has a field of its own. Nil where it does not. Events of Responses hold the answer.
    static func name(in body: JSONValue) -> JSONValue? {
        let body = body["response"] ?? body
        let usage = body["usage"] ?? body["message"]?["usage"]
        let google = body["usageMetadata"]
        let name =
            body["service_tier"] ?? usage?["service_tier"] ?? google?["serviceTier"] ?? google?["trafficType"]
            ?? (body["metadata"] ?? body)["serviceTier"]?["type"]
        return name.flatMap { $0.isString ? $0 : nil }
    }

    /// In the words of the vendors. Nil for services without a price of their own, such as capacity paid in advance.
    init?(_ name: JSONValue) {
        switch name.string {
        case "default", "standard", "auto", "on_demand", "ON_DEMAND": self = .standard
        case "priority", "ON_DEMAND_PRIORITY": self = .priority
        case "flex", "ON_DEMAND_FLEX": self = .flex
        case "batch": self = .batch
        default: return nil
        }
    }
}
