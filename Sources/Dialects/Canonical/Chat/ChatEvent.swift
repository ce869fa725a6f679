public import Wire

/// A step of a streamed answer in no dialect. The pieces of a part come without others of their choice between them,
/// but for tool calls, which may interleave and are told apart by their number.
public enum ChatEvent: Sendable {
    /// Once, first.
    case start(id: String?, model: String?)
    case text(choice: Int, String)
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
    case media(choice: Int, Media)
    /// As OpenAI has it.
    case logprobs(choice: Int, JSONValue)
    /// The part that was under way is complete: what follows is another, even if it is of the same kind.
    case partEnd(choice: Int)
    case finish(choice: Int, Finish)
    /// Cumulative.
    case usage(TokenUsage)
}
