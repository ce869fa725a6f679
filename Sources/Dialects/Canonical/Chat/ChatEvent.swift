public import Wire

/// A step of a streamed answer in no dialect. The pieces of a part come without others of their choice between them,
/// but for tool calls, which may interleave and are told apart by their number.
public enum ChatEvent: Sendable {
    /// Once, first.
    case start(id: String?, model: String?)
    case text(choice: Int, String)
    /// Belongs to the text before it; on its own, where there was none.
    case textSignature(choice: Int, Signature)
    case reasoning(choice: Int, String)
    /// Belongs to the reasoning before it and ends it.
    case reasoningSignature(choice: Int, Signature)
    /// A thought of its own that only its provider can read.
    case encryptedReasoning(choice: Int, Signature)
    case refusal(choice: Int, String)
    /// - Parameter call: counts from 0 in its choice.
    case toolCall(choice: Int, call: Int, id: String, name: String, signature: Signature?)
    /// A piece of the call's JSON text.
    case toolArguments(choice: Int, call: Int, String)
    /// Belongs to the text before it.
    case citation(choice: Int, Citation)
    case media(choice: Int, Media, Signature?)
    /// As OpenAI has it.
    case logprobs(choice: Int, JSONValue)
    /// The part that was under way is complete: what follows is another, even if it is of the same kind.
    case partEnd(choice: Int)
    case finish(choice: Int, Finish)
    /// Cumulative.
    case usage(TokenUsage)
}

extension ChatEvent {
    /// The same of a later choice; nil for what an answer has once. Usage is counted by who made several calls.
    func moved(by offset: Int) -> ChatEvent? {
        switch self {
        case .start, .usage: nil
        case .text(let choice, let text): .text(choice: choice + offset, text)
        case .textSignature(let choice, let signature): .textSignature(choice: choice + offset, signature)
        case .reasoning(let choice, let text): .reasoning(choice: choice + offset, text)
        case .reasoningSignature(let choice, let signature):
            .reasoningSignature(choice: choice + offset, signature)
        case .encryptedReasoning(let choice, let value): .encryptedReasoning(choice: choice + offset, value)
        case .refusal(let choice, let text): .refusal(choice: choice + offset, text)
        case .toolCall(let choice, let call, let id, let name, let signature):
            .toolCall(choice: choice + offset, call: call, id: id, name: name, signature: signature)
        case .toolArguments(let choice, let call, let piece):
            .toolArguments(choice: choice + offset, call: call, piece)
        case .citation(let choice, let citation): .citation(choice: choice + offset, citation)
        case .media(let choice, let media, let signature): .media(choice: choice + offset, media, signature)
        case .logprobs(let choice, let logprobs): .logprobs(choice: choice + offset, logprobs)
        case .partEnd(let choice): .partEnd(choice: choice + offset)
        case .finish(let choice, let finish): .finish(choice: choice + offset, finish)
        }
    }
}
