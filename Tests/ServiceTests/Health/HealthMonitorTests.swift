import Dialects
import HubCore
import Synchronization
import TestSupport
import Testing

@testable import Service

struct HealthMonitorTests {
    @Test func `a round begins every 30 s, however long the checks of the last one took`() async throws {
        let clock = ManualClock()
        let provider = CheckedProvider("slow") {
            clock.advance(milliseconds: 4000)
            return ProviderHealth(status: .healthy)
        }
        try await MonitorRun.of([provider], clock) { run async throws in
            try await run.waits(26_000, times: 1)
            run.waiting.pass(milliseconds: 26_000)
            try await run.waits(26_000, times: 2)
            #expect(provider.checkCount == 2)
            #expect(run.board.state(of: "slow").latencyMilliseconds == 4000)
        }
    }

    @Test func `a provider that does not answer fails after 5 s and delays no other`() async throws {
        let gone = Gate()
        let silent = CheckedProvider("silent") {
            await withTaskCancellationHandler {
                await gone.opened()
            } onCancel: {
                gone.open()
            }
            return ProviderHealth(status: .healthy)
        }
        let quick = CheckedProvider("quick") { ProviderHealth(status: .healthy) }
        try await MonitorRun.of([silent, quick]) { run async throws in
            try await eventually("the other was checked") { run.board.state(of: "quick").checkedAt != nil }
            try await eventually("its list was read") { quick.listCount == 1 }
            #expect(run.board.state(of: "silent").checkedAt == nil)
            try await eventually("one check waits") { run.waiting.waitingCount(milliseconds: 5000) == 1 }
            run.waiting.pass(milliseconds: 5000)
            try await run.waits(30_000, times: 1)
            #expect(run.board.state(of: "silent").failures == 1)
            #expect(gone.isOpen)
        }
    }

    @Test func `every tenth round reads the lists of models`() async throws {
        let provider = CheckedProvider("a") { ProviderHealth(status: .healthy) }
        try await MonitorRun.of([provider]) { run async throws in
            for round in 1...21 {
                try await run.waits(30_000, times: round)
                #expect(provider.listCount == (round + 9) / 10)
                run.waiting.pass(milliseconds: 30_000)
            }
        }
    }

    @Test func `a list of models that does not come is done without`() async throws {
        let gone = Gate()
        let provider = CheckedProvider(
            "a",
            list: {
                await withTaskCancellationHandler {
                    await gone.opened()
                } onCancel: {
                    gone.open()
                }
            },
            check: { ProviderHealth(status: .healthy) })
        try await MonitorRun.of([provider]) { run async throws in
            try await eventually("the list is waited for") { run.waiting.waitingCount(milliseconds: 20_000) == 1 }
            #expect(run.board.state(of: "a").checkedAt != nil)
            run.waiting.pass(milliseconds: 20_000)
            try await run.waits(30_000, times: 1)
            #expect(gone.isOpen)
        }
    }

    @Test func `a provider that is not ready is not asked`() async throws {
        let unready = CheckedProvider("unready", isReady: false) { ProviderHealth(status: .healthy) }
        try await MonitorRun.of([unready]) { run async throws in
            try await run.waits(30_000, times: 1)
            #expect(unready.checkCount == 0)
            #expect(unready.listCount == 0)
        }
    }
}

/// A monitor at work, on time that the test passes.
private struct MonitorRun {
    let board = HealthBoard()
    let waiting = SteppedWaiting()

    static func of(
        _ providers: [CheckedProvider], _ clock: ManualClock = ManualClock(), _ body: (MonitorRun) async throws -> Void
    ) async throws {
        let run = MonitorRun()
        let logger = Logger(level: .error, format: .json, writer: LogWriter(), clock: clock)
        let monitor = HealthMonitor(
            hub: ConnectorHub(providers: providers), board: run.board, models: ModelDirectory(), logger: logger,
            waiting: run.waiting, interval: .seconds(30))
        try await withThrowingTaskGroup { group in
            group.addTask { await monitor.run() }
            try await body(run)
            group.cancelAll()
        }
    }

    func waits(_ milliseconds: UInt64, times: Int) async throws {
        try await eventually("\(times) waits of \(milliseconds) ms") {
            waiting.begunCount(milliseconds: milliseconds) >= times
        }
    }
}

/// A provider whose health is asked for.
private final class CheckedProvider: AnswerlessProvider {
    let providerID: String
    private let isReady: Bool
    private let list: @Sendable () async -> Void
    private let check: @Sendable () async -> ProviderHealth
    private let checks = Atomic(0)
    private let lists = Atomic(0)

    init(
        _ providerID: String, isReady: Bool = true, list: @escaping @Sendable () async -> Void = {},
        check: @escaping @Sendable () async -> ProviderHealth
    ) {
        self.providerID = providerID
        self.isReady = isReady
        self.list = list
        self.check = check
    }

    var checkCount: Int { checks.load(ordering: .relaxed) }
    var listCount: Int { lists.load(ordering: .relaxed) }

    func metadata() -> ProviderMetadata { ProviderMetadata(kind: "fake", models: [], acceptsUnknownModels: true) }

    func validateConfiguration() throws(HubError) {
        if !isReady { throw HubError(.providerNotConfigured, "not ready") }
    }

    func checkHealth() async -> ProviderHealth {
        checks.wrappingAdd(1, ordering: .relaxed)
        return await check()
    }

    func listModels() async -> [ModelFacts] {
        lists.wrappingAdd(1, ordering: .relaxed)
        await list()
        return []
    }
}
