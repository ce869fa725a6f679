public import HubCore

/// What every provider that is called over HTTP can be told.
public protocol ProviderOptions: Sendable {
    /// Sent with every call.
    var headers: [(name: String, value: String)] { get set }
    var models: [ModelFacts] { get set }
    /// Whose models of the catalogue these are; nil: by kind or id.
    var vendor: String? { get set }
    /// To the first byte of a streamed answer, in place of the model class's.
    var firstTokenTimeout: Duration? { get set }
    /// Connections in use at once; one call more waits.
    var maximumConnections: Int { get set }
}

/// A provider that is shown a key in a header.
protocol KeyedOptions: ProviderOptions {
    /// Nil: the server needs none.
    var apiKey: String? { get }
    var authenticationHeader: String { get }
    /// Written before the key; empty for the key alone.
    var authenticationScheme: String { get }
}

extension KeyedOptions {
    /// Those of the configuration, and the one that carries the key.
    var headersWithKey: [(name: String, value: String)] {
        guard let apiKey else { return headers }
        return headers
            + [(authenticationHeader, authenticationScheme.isEmpty ? apiKey : "\(authenticationScheme) \(apiKey)")]
    }
}

extension OpenAIFormOptions: KeyedOptions {}
extension AnthropicOptions: KeyedOptions {}
extension GoogleOptions: KeyedOptions {}
extension AzureOptions: ProviderOptions {}
extension BedrockOptions: ProviderOptions {}
