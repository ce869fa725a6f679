internal import Reactor

/// What a person sees when the hub has started.
enum Banner {
    /// - Parameter firstKey: is told here and nowhere else.
    static func text(
        _ addresses: HubService.Addresses, _ loaded: LoadedConfiguration, firstKey: Secret?
    ) -> String {
        let scheme = addresses.isEncrypted ? "https" : "http"
        let url = "\(scheme)://\(addresses.main)"
        var lines = ["connector-hub \(Version.text) listens on \(url)"]
        if let metrics = addresses.metrics, loaded.configuration.telemetry.areMetricsEnabled {
            lines.append("metrics at http://\(metrics)/metrics")
        }
        lines.append("")
        lines += loaded.providers.compactMap(providerLine)
        lines.append("")
        if let firstKey {
            lines.append("No key is configured (HUB_ADMIN_KEY, api_keys). Until the hub stops, this one is an admin's:")
            lines.append("")
            lines.append("  export HUB_KEY=\(firstKey.reveal())")
            lines.append("")
        }
        lines.append("Try it:")
        lines.append("")
        lines.append(curl(url, loaded))
        lines.append("")
        return lines.joined(separator: "\n")
    }

    private static func providerLine(_ provider: ConfiguredProvider) -> String? {
        switch provider.readiness {
        case .ready: "  \(provider.id): ready"
        case .notReady(let reason): "  \(provider.id): not ready, \(reason)"
        case .disabled: nil
        }
    }

    private static func curl(_ url: String, _ loaded: LoadedConfiguration) -> String {
        let isOpenAIReady = loaded.providers.contains { $0.id == "openai" && $0.readiness == .ready }
        let model = isOpenAIReady ? "gpt-4o-mini" : "sim-chat"
        let key = loaded.configuration.authentication.isEnabled ? #" -H "Authorization: Bearer $HUB_KEY""# : ""
        return #"  curl \#(url)/v1/chat/completions -H "content-type: application/json"\#(key) "#
            + #"-d '{"model":"\#(model)","messages":[{"role":"user","content":"Say hi"}]}'"#
    }
}
