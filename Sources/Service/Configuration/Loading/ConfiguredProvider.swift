internal import Dialects
internal import Providers

/// A provider with everything known about it, from its entry and the vendor's variables together.
struct ConfiguredProvider: Sendable, Equatable {
    let id: String
    let kind: ProviderKind
    let connection: ProviderConnection
    let readiness: ProviderReadiness
}

enum ProviderReadiness: Sendable, Equatable {
    case ready
    /// Completes "not ready:".
    case notReady(reason: String)
    /// By its entry.
    case disabled
}

/// How a vendor's variables are named and where they are kept.
private struct Vendor: Sendable {
    let id: String
    let keyName: String?
    let urlName: String
    let access: any KeyPath<VendorConfiguration, VendorAccess> & Sendable

    static let all = [
        Vendor(id: "openai", keyName: "openai_api_key", urlName: "openai_base_url", access: \.openAI),
        Vendor(id: "anthropic", keyName: "anthropic_api_key", urlName: "anthropic_base_url", access: \.anthropic),
        Vendor(id: "google", keyName: "google_api_key", urlName: "google_base_url", access: \.google),
        Vendor(id: "azure", keyName: "azure_openai_api_key", urlName: "azure_openai_endpoint", access: \.azure),
        Vendor(
            id: "bedrock", keyName: "aws_bearer_token_bedrock", urlName: "bedrock_base_url", access: \.bedrock),
    ]
}

extension HubConfiguration {
    /// The entries of the file in their order, then the vendors and `simulated` that have no entry.
    ///
    /// A vendor's variable reaches the entry with the vendor's id and wins over the entry's own value when it comes
    /// from the environment; written as a key of the file it only fills what the entry leaves open.
    func resolvedProviders(sources: [String: ConfigurationOrigin]) -> [ConfiguredProvider] {
        let given = Set(providers.map(\.id))
        let implied = (Vendor.all.map(\.id) + [ProviderKind.simulated.rawValue]).filter { !given.contains($0) }
        return providers.map { resolved($0, sources, isImplied: false) }
            + implied.map { resolved(ProviderConfiguration(id: $0), sources, isImplied: true) }
    }

    private func resolved(
        _ entry: ProviderConfiguration, _ sources: [String: ConfigurationOrigin], isImplied: Bool
    ) -> ConfiguredProvider {
        let vendor = Vendor.all.first { $0.id == entry.id }
        var connection = entry.connection
        if let vendor {
            let access = vendors[keyPath: vendor.access]
            connection.apiKey = chosen(connection.apiKey, access.apiKey, sources[vendor.keyName ?? ""])
            connection.baseURL = chosen(connection.baseURL, access.baseURL, sources[vendor.urlName])
        }
        switch entry.id {
        case "openai":
            connection.organization = chosen(
                connection.organization, vendors.openAIOrganization, sources["openai_organization"])
        case "google":
            // What the entry itself says of how it calls is stronger than what is lying about.
            if entry.connection.serviceAccount != nil {
                connection.apiKey = nil
            } else if connection.apiKey == nil, Self.isGoogles(connection.baseURL) {
                connection.serviceAccount = vendors.googleServiceAccount
            }
            connection.project = chosen(connection.project, vendors.googleProject, sources["google_cloud_project"])
            connection.location = chosen(
                connection.location, vendors.googleLocation, sources["google_cloud_location"])
        case "azure":
            if let deployment = vendors.azureDeployment, connection.deployments["*"] == nil {
                connection.deployments["*"] = deployment
            }
        default: break
        }
        if entry.kind == .bedrock { resolveAWS(&connection, entry, sources, isImplied: isImplied) }
        let variable = (vendor?.keyName).map { $0.uppercased() }
        return ConfiguredProvider(
            id: entry.id, kind: entry.kind, connection: connection,
            readiness: readiness(of: entry, connection, keyVariable: variable))
    }

    /// Tokens of credentials that were given for no host in particular go to Google's alone.
    private static func isGoogles(_ url: HTTPURL?) -> Bool {
        guard let host = url?.host.lowercased() else { return true }
        return host == "googleapis.com" || host.hasSuffix(".googleapis.com")
    }

    func chosen<Value>(_ entry: Value?, _ vendor: Value?, _ source: ConfigurationOrigin?) -> Value? {
        switch source {
        case .environment, .option: vendor ?? entry
        case .file, .builtIn, nil: entry ?? vendor
        }
    }

    private func readiness(
        of entry: ProviderConfiguration, _ connection: ProviderConnection, keyVariable: String?
    ) -> ProviderReadiness {
        guard entry.isEnabled else { return .disabled }
        if entry.kind == .azure, connection.baseURL == nil {
            return .notReady(
                reason: entry.id == "azure" ? "AZURE_OPENAI_ENDPOINT is not set" : "config.base_url is not set")
        }
        if entry.kind == .google, let account = connection.serviceAccount {
            return readiness(of: account, project: connection.project)
        }
        if entry.kind == .bedrock { return readinessOfAWS(connection) }
        if entry.id == "google", connection.apiKey == nil, vendors.googleServiceAccount != nil,
            let host = connection.baseURL?.host, !Self.isGoogles(connection.baseURL)
        {
            return .notReady(
                reason: "GOOGLE_APPLICATION_CREDENTIALS is not used at \(host): "
                    + "it takes config.service_account or a key")
        }
        switch (entry.kind, connection.apiKey) {
        case (.simulated, _), (_, .available), (.compatible, nil): return .ready
        case (_, .missing(let reason)): return .notReady(reason: reason)
        case (_, nil): return .notReady(reason: "\(keyVariable ?? "config.api_key") is not set")
        }
    }

    private func readiness(of account: Credential, project: String?) -> ProviderReadiness {
        switch account {
        case .missing(let reason): return .notReady(reason: reason)
        case .available(let secret):
            do throws(HubError) {
                let account = try GoogleServiceAccount(json: secret.reveal())
                return project ?? account.projectID == nil ? .notReady(reason: "config.project is not set") : .ready
            } catch {
                return .notReady(reason: error.message)
            }
        }
    }
}
