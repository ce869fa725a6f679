internal import HubCore

/// A configuration that is complete and without mistakes.
struct LoadedConfiguration: Sendable {
    let configuration: HubConfiguration
    /// Of `models_file`, or the built-in one.
    let catalogue: ModelCatalogue
    /// The rows of `prices_file`.
    let prices: [PriceRow]
    /// The providers to run with: the entries of the file, then the vendors and `simulated` that have none.
    let providers: [ConfiguredProvider]
    /// The files read, the overlay last.
    let files: [String]
    /// What works and is probably not meant.
    let warnings: [ConfigurationDiagnostic]
    /// By path (`port`, `providers[0].config.base_url`); keys at their default are absent.
    let sources: [String: ConfigurationOrigin]
    /// Against the configuration that was reloaded; empty after the first load.
    let changes: ConfigurationChanges

    /// Where the value at a path comes from.
    func origin(of path: String) -> ConfigurationOrigin {
        sources[path] ?? .builtIn
    }
}

/// What a reload changed.
struct ConfigurationChanges: Sendable, Equatable {
    /// Keys that have new values.
    var live: [String] = []
    /// Keys that were written anew and keep their old value until the process starts again.
    var awaitingRestart: [String] = []
}
