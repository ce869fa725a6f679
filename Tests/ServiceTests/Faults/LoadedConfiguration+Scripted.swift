import Dialects

@testable import Service

extension LoadedConfiguration {
    /// The same with each provider at the URL given for its id, on a free port of this machine, with nothing that it
    /// would write to or share with others, and deadlines that tests can wait for.
    func scripted(_ urls: [String: String], continuesTexts: Bool) throws -> LoadedConfiguration {
        var configuration = configuration
        configuration.server = ServerConfiguration()
        configuration.server.port = 0
        configuration.server.metricsPort = 0
        configuration.authentication.isEnabled = false
        configuration.storage = StorageConfiguration()
        configuration.storage.databaseURL = ConnectionURL(checked: "sqlite::memory:", scheme: "sqlite")
        configuration.ledger.directory = nil
        configuration.logging.level = .error
        configuration.logging.isAccessLogged = false
        configuration.timeouts.shorten()
        var providers: [ConfiguredProvider] = []
        for provider in self.providers {
            guard let url = urls[provider.id] else { continue }
            let connection = try provider.connection.scripted(url, continuesTexts: continuesTexts)
            providers.append(
                ConfiguredProvider(id: provider.id, kind: .compatible, connection: connection, readiness: .ready))
        }
        return LoadedConfiguration(
            configuration: configuration, catalogue: catalogue, prices: prices, providers: providers, files: files,
            warnings: warnings, sources: sources, changes: changes)
    }
}

extension TimeoutConfiguration {
    fileprivate mutating func shorten() {
        (providerFirstToken, streamIdle, providerTotal) = (.milliseconds(250), .milliseconds(250), .milliseconds(1500))
        (reasoningFirstToken, reasoningIdle, reasoningTotal) = (providerFirstToken, streamIdle, providerTotal)
    }
}

extension ProviderConnection {
    fileprivate func scripted(_ url: String, continuesTexts: Bool) throws -> ProviderConnection {
        let text = "providers: [{provider_id: x, kind: compatible, config: {base_url: \"\(url)\"}}]"
        var connection = self
        connection.baseURL = try ConfigurationFixture.file(text).load().providers.first?.connection.baseURL
        connection.apiKey = nil
        connection.furtherKeys = []
        connection.responsesPath = nil
        connection.textContinuation = continuesTexts ? .plain : nil
        connection.timeout = nil
        for index in connection.models.indices {
            connection.models[index].firstToken = nil
            connection.models[index].idle = nil
            connection.models[index].total = nil
        }
        return connection
    }
}
