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

    func perform(_ line: LineSplitter.Line) async -> Outcome {
        var random = RandomSource(seed: SystemRandomNumberGenerator.seed())
        let id = Identifier("batch_req_", clock: service.clock, random: &random).text
        let request: BatchLine
        do throws(BatchLineProblem) {
            request = try BatchLine(line, endpoint: batch.endpoint)
        } catch {
            // The input was inspected: it is another file by now.
            let result = BatchResult(id: id, customID: "", code: error.problem.code, message: error.problem.message)
            return .failed(HubError(.invalidRequest, error.problem.message), result)
        }
        let context = RequestContext(
            directives: directives(), clock: service.clock, shard: Reactor.current?.index ?? 0, random: random,
            start: service.clock.monotonicNanoseconds)
        do throws(HubError) {
            let body = try await answer(request, context)
            service.hub.finish(context, failure: nil)
            let result = BatchResult(
                id: id, customID: request.customID, status: 200, requestID: context.requestID, body: body)
            return .answered(result, limits: context.limitStates)
        } catch {
            service.hub.finish(context, failure: error)
            if error.code == .aborted || Task.isCancelled { return .aborted }
            let result = BatchResult(
                id: id, customID: request.customID, status: error.status, requestID: context.requestID,
                body: OpenAIErrors.render(error))
            return .failed(error, result)
        }
    }

    private func answer(_ line: BatchLine, _ context: RequestContext) async throws(HubError) -> [UInt8] {
        context.directives.principal = try service.hub.principal(keyID: batch.creator.keyID)
        if line.body["stream"]?.bool == true {
            throw HubError(.streamNotSupported, "requests of a batch cannot be streamed", parameter: "stream")
        }
        var writer = JSONWriter(reserving: line.body.documentBytes)
        writer.value(line.body)
        let input = CallInput.bytes(writer.bytes, form: batch.endpoint.form)
        guard case .whole(let responses) = try await service.hub.answer(input, context, sink: NoStream()) else {
            throw HubError(.internalError, "the answer was streamed")
        }
        let body = try CompletionEndpoint.render(responses, context, service)
        if batch.endpoint == .responses { await service.keep(body, context) }
        return body
    }

    private func directives() -> RequestDirectives {
        let directives = RequestDirectives()
        directives.user = batch.creator.user
        directives.team = batch.creator.team
        directives.project = batch.creator.project
        directives.address = batch.creator.address
        return directives
    }
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
