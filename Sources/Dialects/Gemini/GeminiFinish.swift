internal import Wire

/// Why Gemini stopped, in its words and in no dialect's.
enum GeminiFinish {
    /// The word of a reason; some clients ask for enums as numbers. Nil where there is none.
    static func name(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        if let word = value.string { return word.isEmpty || word == "FINISH_REASON_UNSPECIFIED" ? nil : word }
        // The numbers on which both of Google's surfaces agree.
        return switch value.int {
        case 1: "STOP"
        case 2: "MAX_TOKENS"
        case 3: "SAFETY"
        case 4: "RECITATION"
        case .some(let number) where number > 0: "OTHER"
        default: nil
        }
    }

    /// Gemini says `STOP` for calls: the parts are believed.
    static func finish(_ native: String?, hasCalls: Bool) -> Finish {
        let reason: Finish.Reason =
            switch native {
            case "MAX_TOKENS": .length
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY",
                "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR":
                .contentFilter
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE":
                .malformed
            default: hasCalls ? .toolCalls : .stop
            }
        return Finish(reason, native: native)
    }

    /// A prompt that was refused has no candidates: what stands for one.
    static func blocked(_ body: JSONValue) -> (finish: Finish, message: String?)? {
        guard let feedback = body["promptFeedback"], let given = feedback.given("blockReason") else { return nil }
        let native = given.string ?? given.int.map { String($0) }
        guard native != "BLOCK_REASON_UNSPECIFIED", native != "0" else { return nil }
        return (Finish(.contentFilter, native: native), feedback["blockReasonMessage"]?.string)
    }

    /// Gemini's word for a client.
    static func word(_ finish: Finish, isRefusal: Bool) -> StaticString {
        if isRefusal { return "SAFETY" }
        return switch finish.reason {
        case .stop, .toolCalls: "STOP"
        case .length: "MAX_TOKENS"
        case .contentFilter: "SAFETY"
        case .malformed: "MALFORMED_FUNCTION_CALL"
        case .pause: "OTHER"
        }
    }
}
