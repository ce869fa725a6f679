internal import Dispatch
internal import HTTPClient
internal import Reactor
internal import Synchronization

/// `connector-hub health`: asks the hub of this configuration whether it lives. For containers without curl.
enum HealthCommand {
    /// Returns 0 if it does, else 1.
    static func run(_ options: CommandLineOptions, environment: [String: String]) -> Int32 {
        do throws(ConfigurationErrors) {
            let loaded = try ConfigurationLoader.load(
                arguments: options, environment: environment, readFile: readFileFromDisk)
            return ask(url(loaded.configuration.server))
        } catch {
            print(error.description, to: .standardError)
            return 1
        }
    }

    /// The metrics port speaks plain HTTP also where the main port does not.
    private static func url(_ server: ServerConfiguration) -> String {
        let port = server.metricsPort > 0 ? server.metricsPort : server.port
        let scheme = server.metricsPort == 0 && server.tlsCertificatePath != nil ? "https" : "http"
        let host = ["0.0.0.0", "::"].contains(server.host.name) ? "127.0.0.1" : server.host.name
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/health/live"
    }

    private static func ask(_ url: String) -> Int32 {
        guard let reactors = try? ReactorGroup(count: 1), let endpoint = try? HTTPEndpoint(method: "GET", url: url)
        else { return 1 }
        let client = HTTPClient(reactors: reactors)
        let code = Mutex<Int32>(1)
        let done = DispatchSemaphore(value: 0)
        Task {
            let request = HTTPClientRequest(endpoint: endpoint, deadlines: HTTPDeadlines(total: .seconds(3)))
            let response = try? await client.send(request)
            code.withLock { $0 = response?.status == 200 ? 0 : 1 }
            done.signal()
        }
        done.wait()
        return code.withLock { $0 }
    }
}
