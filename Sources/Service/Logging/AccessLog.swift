internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Wire

/// What an endpoint adds to its line in the access log.
struct AccessEntry {
    var context: RequestContext?
    var requestID: String?
    var failure: HubError?
}

/// One line per request.
final class AccessLog: Sendable {
    private let logger: Logger
    private let isEnabled: Bool

    init(logger: Logger, isEnabled: Bool) {
        self.logger = logger
        self.isEnabled = isEnabled
    }

    func record(_ call: EndpointCall) {
        guard isEnabled, logger.isEnabled(.info) else { return }
        let head = call.request.head
        var line = begin(head, status: call.writer.status)
        line.add("client", call.request.peer.addressText)
        line.add("bytes", call.writer.bodyBytes)
        line.add("duration_ms", nanoseconds: logger.clock.monotonicNanoseconds &- call.request.receivedAt.nanoseconds)
        line.add("request_id", call.entry.context?.requestID ?? call.entry.requestID)
        if let context = call.entry.context { Self.add(context, to: &line) }
        line.add("error", call.entry.failure?.code.rawValue)
        call.shard.appendLog { line.finish(into: &$0) }
    }

    /// A request that never reached an endpoint.
    /// - Parameter error: why it was refused; nil for one that the head alone answers.
    func record(_ head: HTTP1RequestHead?, status: Int, ids: AnswerIDs, error: HubError?, shard: ServiceShard) {
        guard isEnabled, logger.isEnabled(.info) else { return }
        var line = begin(head, status: status)
        line.add("request_id", ids.requestID)
        line.add("error", error?.code.rawValue)
        shard.appendLog { line.finish(into: &$0) }
    }

    private func begin(_ head: HTTP1RequestHead?, status: Int) -> LogLine {
        var line = LogLine(.info, "request", wallNanoseconds: logger.clock.wallNanoseconds, format: logger.format)
        line.add("method", head?.methodText)
        line.add("path", head?.path)
        line.add("status", status)
        return line
    }

    private static func add(_ context: RequestContext, to line: inout LogLine) {
        line.add("trace_id", context.trace.traceID.text)
        line.add("key_id", context.principal.keyID)
        line.add("provider", context.plan?.entry.id)
        line.add("model", context.plan?.model)
        line.add("attempts", context.attempts.count)
        if let origin = context.resumedFrom { line.add("resumed_from", origin.provider) }
        line.add("provider_ms", nanoseconds: context.phases.provider)
        if let usage = context.usage {
            line.add("prompt_tokens", usage.promptTotal)
            line.add("completion_tokens", usage.completionTotal)
        }
    }
}
