internal import Wire

extension ChatRequest {
    /// Whether the answer may be gone on with by another provider after `text`: it is plain text, to the end of what the
    /// client asked.
    ///
    /// Not where the text has a form that whoever goes on would begin anew (a schema), where it comes with more than text
    /// (thoughts, probabilities, sound, what a vendor's own tools found), or where `text` ends in what may be the
    /// beginning of a stop sequence.
    public func mayBeContinued(after text: String) -> Bool {
        guard choiceCount == 1, messages.last?.role == .user, reasoning?.isOff ?? true,
            sampling.wantsLogprobs != true, modalities.allSatisfy({ $0 == "text" }), toolChoice?.isForced != true
        else { return false }
        switch responseFormat {
        case .text, nil: break
        case .jsonObject, .jsonSchema: return false
        }
        for tool in tools {
            if case .other = tool.kind { return false }
        }
        return !replacesTurns && !stop.contains { Self.ends(text, inside: $0) }
    }

    /// `provider_params` stand in place of fields that a continuation changes.
    private var replacesTurns: Bool {
        guard let providerParameters else { return false }
        return providerParameters.members.contains { key, _ in
            switch key.string {
            case "messages", "contents", "input", "max_tokens", "max_completion_tokens", "max_output_tokens",
                "generationConfig", "inferenceConfig":
                true
            default: false
            }
        }
    }

    /// Whether the text ends in a part of the sequence that is its beginning.
    private static func ends(_ text: String, inside sequence: String) -> Bool {
        let (text, sequence) = (Array(text.utf8.suffix(sequence.utf8.count)), Array(sequence.utf8))
        guard !sequence.isEmpty else { return false }
        return (1...sequence.count).contains { length in text.suffix(length) == sequence.prefix(length)[...] }
    }
}
