import Glibc
import Synchronization
import TestSupport

@testable import Service

/// The faults of the catalogue in a user's own configuration: its routes, strategies, retries and breakers, with a
/// scripted provider in place of each of its own.
struct FaultSurvey {
    /// One for each route, and one for the default.
    let models: [String]
    private let configuration: LoadedConfiguration

    struct Outcome {
        let text: String
        let isBroken: Bool
    }

    init(configuration path: String) throws {
        configuration = try ConfigurationLoader.load(
            arguments: try CommandLineOptions.parse(["--config", path]), environment: [:], readFile: readFileFromDisk)
        let routing = configuration.configuration.routing
        models =
            routing.routes.map { route in
                String(route.pattern.map { $0 == "*" || $0 == "?" ? "x" : $0 })
            } + (routing.defaultProvider.map { ["\($0)/x"] } ?? [])
    }

    /// The provider that is called first has the fault, all others are well.
    func outcome(of fault: FaultCase, model: String, isStream: Bool) async throws -> Outcome {
        let ids = configuration.providers.filter { $0.readiness != .disabled }.map(\.id)
        let turn = Mutex((failing: Int?.none, calls: 0))
        let providers = try ids.indices.map { index in
            try ScriptedProvider { request in
                guard request.method == "POST" else { return .json(#"{"data":[]}"#) }
                let isStream = String(decoding: request.body, as: UTF8.self).contains(#""stream":true"#)
                let call: Int? = turn.withLock { turn in
                    if turn.failing == nil { turn.failing = index }
                    guard turn.failing == index else { return nil }
                    defer { turn.calls += 1 }
                    return turn.calls
                }
                return call.map { fault.first($0, isStream) } ?? FaultScript.healthy("b")(0, isStream)
            }
        }
        let clock = FaultClock()
        let service = try HubService(
            configuration.scripted(Dictionary(uniqueKeysWithValues: zip(ids, providers.map(\.baseURL)))), clock: clock,
            waiting: clock)
        var outcome: Outcome?
        var failure: (any Error)?
        do { outcome = try Self.judged(service, model, isStream) } catch { failure = error }
        await service.shutDown()
        service.stopReactors()
        for provider in providers { provider.stop() }
        if let failure { throw failure }
        return outcome ?? Outcome(text: "nothing", isBroken: true)
    }

    /// A complete answer of one provider, or an error that says so: nothing between.
    private static func judged(_ service: HubService, _ model: String, _ isStream: Bool) throws -> Outcome {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"\#(model)","stream":\#(isStream),"messages":[{"role":"user","content":"hi"}]}"#
        let seen = FaultOutcome(reading: try client.post("/v1/chat/completions", Array(body.utf8)), isStream: isStream)
        let isWhole = seen.text == FaultScript.text("a") || seen.text == FaultScript.text("b")
        if seen.status == 200, seen.isCleanEnd, seen.error == nil {
            return Outcome(
                text: isWhole ? "answered (\(seen.reason))" : "BROKEN: part of an answer", isBroken: !isWhole)
        }
        guard let error = seen.error else { return Outcome(text: "BROKEN: cut without a word", isBroken: true) }
        let isTruthful =
            FaultScript.text("a").hasPrefix(seen.text) && !(isStream && seen.status == 200 && seen.isCleanEnd)
        return Outcome(text: isTruthful ? error : "BROKEN: \(error)", isBroken: !isTruthful)
    }
}

extension LoadedConfiguration {
    /// The same with each provider at the URL given for its id, on a free port of this machine, and deadlines that tests
    /// can wait for.
    fileprivate func scripted(_ urls: [String: String]) throws -> LoadedConfiguration {
        var configuration = configuration
        configuration.server = ServerConfiguration()
        configuration.server.port = 0
        configuration.server.metricsPort = 0
        configuration.authentication.isEnabled = false
        configuration.storage = StorageConfiguration()
        configuration.logging.level = .error
        configuration.logging.isAccessLogged = false
        configuration.timeouts.providerFirstByte = .milliseconds(250)
        configuration.timeouts.streamIdle = .milliseconds(250)
        configuration.timeouts.providerTotal = .milliseconds(500)
        var providers: [ConfiguredProvider] = []
        for provider in self.providers {
            guard let url = urls[provider.id] else { continue }
            let text = "providers: [{provider_id: x, kind: compatible, config: {base_url: \"\(url)\"}}]"
            var connection = provider.connection
            connection.baseURL = try ConfigurationFixture.file(text).load().providers.first?.connection.baseURL
            connection.timeout = nil
            connection.apiKey = nil
            // The others answer anew, whatever was said before.
            connection.textContinuation = nil
            providers.append(
                ConfiguredProvider(id: provider.id, kind: .compatible, connection: connection, readiness: .ready))
        }
        return LoadedConfiguration(
            configuration: configuration, catalogue: catalogue, prices: prices, providers: providers, files: files,
            warnings: warnings, sources: sources, changes: changes)
    }
}
