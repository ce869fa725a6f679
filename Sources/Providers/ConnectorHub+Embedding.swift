public import Dialects
public import HubCore
internal import Reactor
internal import Wire

extension ConnectorHub {
    /// Answers one call of a program that embeds the hub, without HTTP, credential or deadline of its own.
    ///
    /// - Parameter request: as `RequestBuilder` makes it, or parsed from a body. One that asks for a stream is refused:
    ///   `answer` with a sink of the program's own streams.
    public func complete(_ request: CompletionRequest) async throws(HubError) -> CompletionResponse {
        guard !request.isStream, request.dialect != .textCompletion else {
            throw HubError(.invalidRequest, "complete answers one whole chat completion; use answer for the rest")
        }
        var generator = SystemRandomNumberGenerator()
        let clock = MachineTime()
        let context = RequestContext(
            directives: RequestDirectives(), clock: clock, shard: Reactor.current?.index ?? 0,
            random: RandomSource(seed: generator.next()), start: clock.monotonicNanoseconds)
        do throws(HubError) {
            let answer = try await answer(.request(request), context, sink: NoSink())
            guard case .whole(let responses) = answer, let response = responses.first else {
                throw HubError(.internalError, "a whole answer was asked for and none came")
            }
            finish(context, failure: nil)
            return response.reading()
        } catch {
            finish(context, failure: error)
            throw error
        }
    }
}

/// Whole answers send nothing here.
private final class NoSink: AnswerSink {
    var onWritable: (() -> Void)?
    var isCongested: Bool { false }

    func open(_ context: RequestContext) {}
    func begin(part: Int) {}
    func send(_ chunk: StreamChunk) {}
}
