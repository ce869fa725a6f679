internal import Dialects

/// Whether another provider may go on with a stream that breaks: follows what its client is sent, and how it ended.
///
/// Belongs to the request's task. Only requests that may be rescued have one.
final class StreamRescue {
    /// What became of a stream that broke.
    enum Outcome: String, Sendable {
        /// Another provider has ended it.
        case resumed
        /// It was to go on with it, and failed.
        case failed
        /// It could not be gone on with: it held more than text, or nobody could.
        case refused
    }

    /// Tokens of the client's prompt, and of the text that the first provider has sent.
    struct Estimate {
        var prompt: Int
        var text: Int
    }

    /// Who began a stream that another provider goes on with, or has.
    private(set) var origin: StreamOrigin?
    private(set) var beginning: StreamBeginning
    /// What it broke of.
    private(set) var fault: FaultClass?
    /// A stream is gone on with once.
    private var isSpent = false

    /// Of a call of the same request before this one.
    private let earlierOrigin: StreamOrigin?

    /// - Parameters:
    ///   - id: for a stream that has none.
    ///   - earlier: of the call before this one, where a request comes to several.
    init(id: String, after earlier: StreamRescue?) {
        beginning = StreamBeginning(fallbackID: id)
        earlierOrigin = earlier?.told
    }

    /// What the client is told.
    var told: StreamOrigin? { origin ?? earlierOrigin }

    /// Of a request that was answered by another's call, which was gone on with.
    init(ofLeader origin: StreamOrigin) {
        beginning = StreamBeginning(fallbackID: "")
        earlierOrigin = nil
        self.origin = origin
        isSpent = true
    }

    /// What comes now is a provider's, and not an answer that was kept, or another request's.
    var isFollowing = false

    /// A chunk that the client was sent.
    func follow(_ chunk: StreamChunk) {
        if isFollowing, !isSpent { beginning.follow(chunk) }
    }

    /// Why an attempt failed, before it is said in the client's terms.
    func note(_ failure: HubError) { fault = FaultClass(failure) }

    /// Whether it is worth asking who could go on.
    var isPossible: Bool {
        !isSpent && beginning.obstacle == nil && !beginning.text.isEmpty && fault?.mayBeRescued == true
    }

    /// From now on another provider has the word.
    func begin(from plan: RoutePlan) {
        isSpent = true
        origin = StreamOrigin(
            provider: plan.entry.id, model: plan.model, characters: beginning.text.unicodeScalars.count)
    }

    /// It said nothing: the stream is as it was.
    func abandon() { origin = nil }

    /// What a client is told that both have used: its prompt is the first provider's, the output that of both. What the
    /// first has not counted, as streams that break off mostly are not, is estimated by what came; a prompt that it has not
    /// counted is the second's, by its share beside the text.
    static func usage(_ first: TokenUsage?, _ estimate: Estimate, _ second: TokenUsage?) -> TokenUsage? {
        guard var usage = second else { return nil }
        usage.output += max(first?.output ?? 0, estimate.text)
        usage.reasoning += first?.reasoning ?? 0
        guard let first, first.promptTotal > 0 else {
            let read = estimate.prompt + estimate.text
            usage.input = (usage.input * estimate.prompt + read - 1) / max(1, read)
            return usage
        }
        usage.input = first.input
        usage.audioInput = first.audioInput
        (usage.cacheRead, usage.cacheWrite) = (first.cacheRead, first.cacheWrite)
        usage.cacheWriteHour = first.cacheWriteHour
        return usage
    }
}

extension FaultClass {
    /// It broke for no reason that lies in the request, the client, or what was being said.
    fileprivate var mayBeRescued: Bool {
        switch self {
        case .rateLimit, .overload, .transient, .network, .timeout, .badResponse: true
        case .client, .contentFilter, .contextLength, .incapable, .authentication, .notFound, .notConfigured,
            .circuitOpen, .governance, .deadline, .aborted, .internalFault:
            false
        }
    }
}
