extension HubConfiguration {
    /// Every key of the configuration file, each defined once, in the order they are documented.
    static let settings: [Setting<HubConfiguration>] = settingGroups.flatMap(\.settings)

    /// The keys under the headings of the documentation.
    static let settingGroups: [(title: String, settings: [Setting<HubConfiguration>])] = [
        ("Files", fileSettings),
        ("Server", serverSettings),
        ("TLS and networks", networkSettings),
        ("Limits and deadlines of connections", connectionSettings),
        ("Authentication", authenticationSettings),
        ("Logging", loggingSettings),
        ("Deadlines and retries", deadlineSettings),
        ("Outliers", outlierSettings),
        ("Routing", routingSettings),
        ("Providers", providerSettings),
        ("Vendors", vendorSettings),
        ("AWS and Vault", cloudSettings),
        ("Cache", cacheSettings),
        ("Rate limits", rateLimitSettings),
        ("Metrics and traces", telemetrySettings),
        ("Stores", storageSettings),
        ("Batches", batchSettings),
        ("Ledger", ledgerSettings),
        ("Modules and alerts", moduleSettings),
    ]

    private static let fileSettings: [Setting<HubConfiguration>] = [
        .optional(
            "hub_config", \.configurationPath, .text(),
            "The configuration file, YAML or JSON. Only the environment and `--config` can name it; "
                + "in a file it has no effect."
        ).fixedAtStart,
        .value(
            "hub_env", \.environmentName,
            .identifier("1..40 letters, digits or -", maximumLength: 40, also: "-"),
            "The deployment's name. Beside `hub.yaml` the file `hub.NAME.yaml`, if there is one, is laid over it."
        ).fixedAtStart,
    ]
}
