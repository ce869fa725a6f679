internal import Dialects
internal import Synchronization

/// Several choices from a provider that answers one at a time: as many calls at once, their usage summed.
enum FanOut {
    static func complete(
        _ call: ProviderCall, _ provider: any LLMProvider
    ) async throws(HubError) -> CompletionResponse {
        let count = call.request.choiceCount
        let (answers, failure) = await withTaskGroup(
            of: (Int, Result<CompletionResponse, HubError>).self, returning: ([CompletionResponse], HubError?).self
        ) { group in
            for choice in 0..<count {
                group.addTask {
                    do throws(HubError) {
                        return (choice, .success(try await provider.sendCompletion(call)))
                    } catch {
                        return (choice, .failure(error))
                    }
                }
            }
            var answers: [Int: CompletionResponse] = [:]
            var failure: HubError?
            var isUnsent = true
            for await (choice, answer) in group {
                switch answer {
                case .success(let answer): answers[choice] = answer
                case .failure(let error):
                    // The request fails with one of its choices, and has paid for those that had finished.
                    if failure == nil { failure = error }
                    isUnsent = isUnsent && error.isUnsent
                    group.cancelAll()
                }
            }
            failure?.isUnsent = isUnsent && answers.isEmpty
            return ((0..<count).compactMap { answers[$0] }, failure)
        }
        guard var failure else { return try merged(answers) }
        let usages = answers.compactMap(\.usage)
        if !usages.isEmpty { failure.spent = usages.reduce(TokenUsage(), +) }
        throw failure
    }

    private static func merged(_ answers: [CompletionResponse]) throws(HubError) -> CompletionResponse {
        var whole: CompletionResponse?
        for choice in answers {
            guard var known = whole else {
                whole = choice
                continue
            }
            known.add(choice)
            whole = known
        }
        guard let whole else { throw HubError(.internalError, "no choice was asked for") }
        return whole
    }

    static func stream(
        _ call: ProviderCall, _ provider: any LLMProvider, to receiver: any StreamReceiver
    ) async throws(HubError) {
        let merger = FanOutMerger(receiver, count: call.request.choiceCount)
        let failure = await withTaskGroup(of: HubError?.self, returning: HubError?.self) { group in
            for choice in 0..<call.request.choiceCount {
                group.addTask {
                    do throws(HubError) {
                        try await provider.streamCompletion(call, to: FanOutReceiver(merger, choice: choice))
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var first: HubError?
            var isUnsent = true
            for await failure in group {
                isUnsent = isUnsent && failure?.isUnsent == true
                guard let failure, first == nil else { continue }
                first = failure
                group.cancelAll()
            }
            first?.isUnsent = isUnsent
            return first
        }
        if let failure { throw failure }
    }
}

/// Gives the chunks of several calls to one receiver, one after the other, each with its choice and the usage of all.
///
/// Unchecked: calls on a reactor share its thread, but others answer on several. The receiver and the usage are touched
/// with `turn` locked only, the flows with `steering` locked, which may be taken inside a turn: receivers pause what is
/// too fast for them.
private final class FanOutMerger: StreamFlow, @unchecked Sendable {
    private let turn = Mutex(())
    private let receiver: any StreamReceiver
    private var usages: [TokenUsage?]
    private let steering = Mutex(())
    private var flows: [any StreamFlow] = []
    private var isPaused = false

    init(_ receiver: any StreamReceiver, count: Int) {
        self.receiver = receiver
        usages = Array(repeating: nil, count: count)
    }

    func attach(_ flow: any StreamFlow) {
        turn.withLock { _ in
            var isFirst = false
            steering.withLock { _ in
                isFirst = flows.isEmpty
                flows.append(flow)
                // It came too late to be told.
                if isPaused { flow.pause() }
            }
            if isFirst { receiver.attach(self) }
        }
    }

    func receive(_ chunk: StreamChunk, choice: Int) {
        turn.withLock { _ in
            var chunk = chunk
            chunk.choice = choice
            if let usage = chunk.usage {
                usages[choice] = usage
                chunk.usage = usages.reduce(TokenUsage()) { $0 + ($1 ?? TokenUsage()) }
            }
            receiver.receive(chunk)
        }
    }

    func reportDropped(_ parameters: [String]) {
        turn.withLock { _ in receiver.reportDropped(parameters) }
    }

    func pause() {
        steering.withLock { _ in
            isPaused = true
            for flow in flows { flow.pause() }
        }
    }

    func resume() {
        steering.withLock { _ in
            isPaused = false
            for flow in flows { flow.resume() }
        }
    }
}

/// What one of the calls sees.
private final class FanOutReceiver: StreamReceiver {
    private let merger: FanOutMerger
    private let choice: Int

    init(_ merger: FanOutMerger, choice: Int) {
        self.merger = merger
        self.choice = choice
    }

    func attach(_ flow: any StreamFlow) { merger.attach(flow) }
    func receive(_ chunk: StreamChunk) { merger.receive(chunk, choice: choice) }
    func reportDropped(_ parameters: [String]) { merger.reportDropped(parameters) }
}
