/// Everything the hub can be told, grouped by who uses it. The initial values are the defaults, so a hub without any
/// file or variable runs on `HubConfiguration()`.
///
/// Names, types and meaning of the keys that fill these fields are in `HubConfiguration.settings`.
struct HubConfiguration: ConfigurationGroup {
    /// The file's path and the deployment's name, which chooses the overlay.
    var configurationPath: String?
    var environmentName = "development"

    var server = ServerConfiguration()
    var authentication = AuthenticationConfiguration()
    var logging = LoggingConfiguration()
    var timeouts = TimeoutConfiguration()
    var retry = RetryConfiguration()
    var breaker = BreakerConfiguration()
    var outliers = OutlierConfiguration()
    var routing = RoutingConfiguration()
    /// As written in the file; `LoadedConfiguration.providers` is the list to run with.
    var providers: [ProviderConfiguration] = []
    var providerNetwork = ProviderNetworkConfiguration()
    var vendors = VendorConfiguration()
    var cache = CacheConfiguration()
    var rateLimit = RateLimitConfiguration()
    var telemetry = TelemetryConfiguration()
    var storage = StorageConfiguration()
    var batches = BatchConfiguration()
    var ledger = LedgerConfiguration()
    var modules = ModuleConfiguration()
    var sanitising = SanitisingConfiguration()
    var mutualTLS = MutualTLSConfiguration()
    /// In place of the built-in catalogue.
    var modelsFile: String?
    /// Prices over the catalogue's.
    var pricesFile: String?
}
