public import Dialects
public import HubCore

/// How one OpenAI-form server is reached: OpenAI itself, or any compatible one.
public struct OpenAIFormOptions: Sendable {
    public enum Kind: String, Sendable {
        case openai, compatible, azure
    }

    public var providerID: String
    public var kind: Kind
    /// With its version path, as the vendor's own SDK takes it: `https://api.openai.com/v1`.
    public var baseURL: String
    /// Nil: the server needs none, or it is missing; see `missingKey`.
    public var apiKey: String?
    /// Why there is no key although one is needed.
    public var missingKey: String?
    public var authenticationHeader = "authorization"
    /// Written before the key; empty for the key alone.
    public var authenticationScheme = "Bearer"
    /// Appended to the base URL.
    public var chatPath = "/chat/completions"
    public var modelsPath = "/models"
    public var embeddingsPath = "/embeddings"
    /// The server takes `stream_options`, and says then what a stream used.
    public var reportsStreamUsage = true
    /// Of OpenAI's Responses; nil where the server has none.
    public var responsesPath: String?
    /// Of legacy text completions; nil where the server has none.
    public var completionsPath: String?
    /// The models that are asked there have names that begin so; empty for all.
    public var textModelPrefixes: [String] = []
    /// How its models are told to go on with a text; nil: they do not.
    public var textContinuation: TextContinuation?
    /// Has OpenAI's files and batches, and is to be asked by them where all of a batch goes there.
    public var takesBatches = false
    /// Batches name their endpoints as OpenAI does: `/v1/chat/completions`.
    var batchPathsHaveVersion = true
    /// Sent with every call.
    public var headers: [(name: String, value: String)] = []
    public var models: [ModelFacts] = []
    /// Whose models of the catalogue these are; nil: by kind or id.
    public var vendor: String?
    public var firstTokenTimeout: Duration?
    /// Connections in use at once; one call more waits.
    public var maximumConnections = 100
    /// How long it waits before it is `overloaded`.
    public var connectionPatience = Duration.seconds(2)

    public init(providerID: String, kind: Kind, baseURL: String, apiKey: String? = nil) {
        self.providerID = providerID
        self.kind = kind
        self.baseURL = baseURL
        self.apiKey = apiKey
    }

    /// OpenAI's models that are no chat models.
    public static let openAITextModelPrefixes = [
        "gpt-3.5-turbo-instruct", "davinci-002", "babbage-002", "ft:davinci-002", "ft:babbage-002",
    ]
}
