import Dialects
import HTTPClient
import Reactor
import Synchronization
import TestSupport
import Wire

@testable import Service

/// A hub in this process whose only real provider is scripted, and a client of it.
///
/// Exchanges run side by side: each has a trace of its own, by which the provider knows what to answer.
final class ReplayHub: Sendable {
    private let provider: ScriptedProvider
    private let service: HubService
    private let reactors: ReactorGroup
    private let client: HTTPClient
    private let path: String
    private let board: Board
    private let lastTrace = Mutex<UInt64>(0)

    /// - Parameters:
    ///   - path: where the client's requests go.
    ///   - kind: of the provider, whose id is `fixture`.
    convenience init(path: String = "/v1/chat/completions", kind: String = "compatible") throws {
        try self.init(path: path) { root in
            """
              - provider_id: fixture
                kind: \(kind)
                config: {base_url: "\(root)\(kind == "compatible" ? "/v1" : "")", api_key: test-key}

            """
        }
    }

    /// - Parameter providers: the entries of the configuration, from the URL of the scripted server.
    init(path: String = "", providers: (_ root: String) -> String) throws {
        let board = Board()
        provider = try ScriptedProvider { board.answer($0) }
        let configuration = """
            port: 0
            metrics_port: 0
            auth_enabled: false
            log_level: error
            log_access: false
            database_url: "sqlite::memory:"
            cache_enabled: false
            max_retries: 1
            breaker_failures: 1000
            providers:

            """ + providers(provider.rootURL)
        service = try HubService(try ConfigurationFixture.file(configuration).load())
        reactors = try ReactorGroup(count: 1)
        client = HTTPClient(reactors: reactors)
        self.path = path
        self.board = board
    }

    /// What the provider answers to whom, and what it was asked.
    private final class Board: Sendable {
        private let scripts = Mutex<[String: ScriptedAnswer]>([:])
        private let requests = Mutex<[String: ScriptedRequest]>([:])

        func expect(_ trace: String, _ answer: ScriptedAnswer) { scripts.withLock { $0[trace] = answer } }

        func request(_ trace: String) -> ScriptedRequest? { requests.withLock { $0.removeValue(forKey: trace) } }

        func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
            let trace = request.header("traceparent").map { String($0.dropFirst(3).prefix(32)) } ?? ""
            requests.withLock { $0[trace] = request }
            return scripts.withLock { $0.removeValue(forKey: trace) } ?? .json("{}", status: 599)
        }
    }

    /// One request to the hub, the provider answering as given.
    /// - Parameter path: nil: the one given at the beginning.
    func exchange(
        _ body: [UInt8], at path: String? = nil, headers: [(name: String, value: String)] = [],
        answer: ScriptedAnswer
    ) async throws -> ReplayExchange {
        let endpoint = try HTTPEndpoint(
            method: "POST", url: "http://\(service.addresses.main)\(path ?? self.path)",
            headers: [("content-type", "application/json")])
        let number = lastTrace.withLock { last in
            last += 1
            return last
        }
        var trace: [UInt8] = []
        trace.appendHex(0xF1, minimumDigits: 16)
        trace.appendHex(number, minimumDigits: 16)
        let traceID = String(decoding: trace, as: UTF8.self)
        board.expect(traceID, answer)
        let collector = ReplayCollector()
        let request = HTTPClientRequest(
            endpoint: endpoint, extraHeaders: headers + [("traceparent", "00-\(traceID)-00000000000000f1-01")],
            body: body, deadlines: HTTPDeadlines(total: .seconds(30)))
        var exchange = ReplayExchange()
        do throws(HTTPClientError) {
            _ = try await client.stream(request, to: collector)
        } catch {
            exchange.failure = error
        }
        exchange.received = board.request(traceID)
        exchange.status = collector.status
        exchange.headers = collector.headers
        exchange.body = collector.body
        return exchange
    }

    func stop() async {
        await client.shutDown()
        await service.shutDown()
        service.stopReactors()
        reactors.stop()
        provider.stop()
    }
}

/// What came of one exchange.
struct ReplayExchange: Sendable {
    /// By the provider.
    var received: ScriptedRequest?
    var status = 0
    var headers = HTTPClientHeaders()
    var body: [UInt8] = []
    /// The client's connection was cut.
    var failure: HTTPClientError?

    var json: JSONValue? { try? JSONDocument.parse(body, maximumDepth: 512).root }
}

/// Collects an answer, whole or cut.
private final class ReplayCollector: HTTPStreamReceiver {
    private(set) var status = 0
    private(set) var headers = HTTPClientHeaders()
    private(set) var body: [UInt8] = []

    func receiveHead(status: Int, headers: HTTPClientHeaders, transfer: HTTPTransfer) {
        self.status = status
        self.headers = headers
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        body.append(contentsOf: bytes)
        return true
    }
}
