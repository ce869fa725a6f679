internal import Dialects
internal import HubCore
internal import Reactor
internal import Wire

/// One request of a batch on its way through the hub, as if its creator had sent it.
struct BatchLineCall: Sendable {
    enum Outcome: Sendable {
        /// - Parameter limits: that it met.
        case answered(BatchResult, limits: LimitStates)
        case failed(HubError, BatchResult)
        /// Nobody waits for it any more.
        case aborted
    }

    let service: ServiceState
    let batch: Batch
    let request: BatchLine
    /// Of its result.
    let id: String
    private let random: RandomSource

    /// Throws the result of a line that is not what it was when the input was inspected.
    init(_ line: LineSplitter.Line, of batch: Batch, _ service: ServiceState) throws(BatchLineRefusal) {
        var random = RandomSource(seed: SystemRandomNumberGenerator.seed())
        id = Identifier("batch_req_", clock: service.clock, random: &random).text
        self.random = random
        self.service = service
        self.batch = batch
        do throws(BatchLineProblem) {
            request = try BatchLine(line, endpoint: batch.endpoint)
        } catch {
            throw BatchLineRefusal(
                result: BatchResult(id: id, customID: "", code: error.problem.code, message: error.problem.message))
        }
    }

    /// Makes the request. On a reactor.
    func perform() async -> Outcome {
        let context = context()
        do throws(HubError) {
            let body = try await answer(context)
            service.hub.finish(context, failure: nil)
            return .answered(result(body, context), limits: context.limitStates)
        } catch {
            service.hub.finish(context, failure: error)
            if error.code == .aborted || Task.isCancelled { return .aborted }
            return .failed(error, result(error, context))
        }
    }

    private func answer(_ context: RequestContext) async throws(HubError) -> [UInt8] {
        let input = try input(context)
        guard case .whole(let responses) = try await service.hub.answer(input, context, sink: NoStream()) else {
            throw HubError(.internalError, "the answer was streamed")
        }
        return try await render(responses, context)
    }

    // MARK: Parts

    func context() -> RequestContext {
        let directives = RequestDirectives()
        directives.user = batch.creator.user
        directives.team = batch.creator.team
        directives.project = batch.creator.project
        directives.address = batch.creator.address
        return RequestContext(
            directives: directives, clock: service.clock, shard: Reactor.current?.index ?? 0, random: random,
            start: service.clock.monotonicNanoseconds)
    }

    /// With the rights that the creator's key has now.
    func input(_ context: RequestContext) throws(HubError) -> CallInput {
        let principal = try service.hub.principal(keyID: batch.creator.keyID)
        // Another's key under the same id, or one that was given to others, gives no rights here.
        guard principal.tenant == batch.tenant else {
            throw HubError(.revokedCredential, "the key that this was asked with belongs to others now")
        }
        context.directives.principal = principal
        if request.body["stream"]?.bool == true {
            throw HubError(.streamNotSupported, "requests of a batch cannot be streamed", parameter: "stream")
        }
        return body
    }

    /// What is asked, whoever asks it.
    var body: CallInput {
        var writer = JSONWriter(reserving: request.body.documentBytes)
        writer.value(request.body)
        return .bytes(writer.bytes, form: batch.endpoint.form)
    }

    func render(
        _ responses: [CompletionResponse], _ context: RequestContext
    ) async throws(HubError) -> [UInt8] {
        let body = try CompletionEndpoint.render(responses, context, service)
        if batch.endpoint == .responses { await service.keep(body, context) }
        return body
    }

    func refusedForRoom() -> BatchResult {
        BatchResult(
            id: id, customID: request.customID, code: "no_room_for_results",
            message: "This request was not made: files and results have as many bytes as may be. Delete some files.")
    }

    func result(_ body: [UInt8], _ context: RequestContext) -> BatchResult {
        BatchResult(id: id, customID: request.customID, status: 200, requestID: context.requestID, body: body)
    }

    func result(_ error: HubError, _ context: RequestContext) -> BatchResult {
        BatchResult(
            id: id, customID: request.customID, status: error.status, requestID: context.requestID,
            body: OpenAIErrors.render(error))
    }
}

struct BatchLineRefusal: Error {
    let result: BatchResult
}

/// For requests that are not streamed.
private final class NoStream: AnswerSink {
    var isCongested: Bool { false }
    var onWritable: (() -> Void)?
    func open(_ context: RequestContext) {}
    func begin(part: Int) {}
    func send(_ chunk: StreamChunk) {}
}

extension SystemRandomNumberGenerator {
    static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
