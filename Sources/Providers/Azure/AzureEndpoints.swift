internal import HTTPClient
internal import HubCore

/// Azure's URLs. There are three layouts: one URL per deployment with a dated version; the v1 surface, which is OpenAI's with
/// deployments for models; and Foundry's model inference.
struct AzureEndpoints: OpenAIEndpoints {
    struct Layout: Equatable {
        enum Kind { case deployments, v1, inference }

        let kind: Kind
        /// Without a slash at its end.
        let base: String
        /// Nil where none is sent.
        let version: String?

        /// Usage in streams can be asked for: since 2024-09-01-preview.
        var reportsStreamUsage: Bool {
            guard kind == .deployments, let version else { return true }
            return version.prefix(10) >= "2024-09-01"
        }
    }

    let models: HTTPEndpoint
    private let layout: Layout
    private let headers: [(name: String, value: String)]
    private let deployments: [String: String]
    /// Made once for the deployments that are configured.
    private let chats: [String: HTTPEndpoint]

    /// Throws where a URL or a header cannot be used.
    init(_ options: AzureOptions) throws(HTTPClientError) {
        let layout = Self.layout(options)
        self.layout = layout
        deployments = options.deployments
        let plain = options.asOpenAIForm.headersWithKey
        headers = plain + [("content-type", "application/json")]
        models = try HTTPEndpoint(method: "GET", url: Self.modelsURL(layout), headers: plain)
        var chats: [String: HTTPEndpoint] = [:]
        for deployment in Set(deployments.values) {
            chats[deployment] = try HTTPEndpoint(
                method: "POST", url: Self.url(layout, "chat/completions", deployment), headers: headers)
        }
        self.chats = chats
    }

    static func layout(_ options: AzureOptions) -> Layout {
        var base = options.endpoint
        while base.hasSuffix("/") { base.removeLast() }
        let version = options.apiVersion
        if base.hasSuffix("/openai/v1") {
            return Layout(kind: .v1, base: base, version: version == "v1" ? nil : version)
        }
        if base.hasSuffix("/models") {
            return Layout(kind: .inference, base: base, version: version ?? "2024-05-01-preview")
        }
        if !base.hasSuffix("/openai") { base += "/openai" }
        if version == "v1" || version == "preview" {
            return Layout(kind: .v1, base: base + "/v1", version: version == "preview" ? version : nil)
        }
        return Layout(kind: .deployments, base: base, version: version ?? "2024-10-21")
    }

    /// Beside the deployments, and not in Foundry's model inference.
    var batches: (root: String, query: String?)? {
        if layout.kind == .inference { return nil }
        return (layout.base, layout.version.map { "api-version=\(Self.encoded($0))" })
    }

    func has(_ surface: OpenAISurface) -> Bool {
        switch (surface, layout.kind) {
        case (.chat, _), (.embeddings, _), (.text, .deployments), (.text, .v1), (.responses, .v1): true
        case (.text, .inference), (.responses, .deployments), (.responses, .inference): false
        }
    }

    func place(_ surface: OpenAISurface, model: String) throws(HTTPClientError) -> OpenAIPlace? {
        guard has(surface) else { return nil }
        let deployment = deployments[model] ?? deployments["*"] ?? model
        if surface == .chat, let endpoint = chats[deployment] {
            return OpenAIPlace(endpoint: endpoint, model: deployment)
        }
        let path =
            switch surface {
            case .chat: "chat/completions"
            case .text: "completions"
            case .responses: "responses"
            case .embeddings: "embeddings"
            }
        let endpoint = try HTTPEndpoint(
            method: "POST", url: Self.url(layout, path, deployment), headers: headers)
        return OpenAIPlace(endpoint: endpoint, model: deployment)
    }

    private static func url(_ layout: Layout, _ path: String, _ deployment: String) -> String {
        let place = layout.kind == .deployments ? "/deployments/\(encoded(deployment))" : ""
        return layout.base + place + "/" + path + query(layout)
    }

    private static func modelsURL(_ layout: Layout) -> String {
        // Foundry lists no models there; any answer shows that it is alive.
        layout.kind == .inference ? layout.base + "/info" + query(layout) : layout.base + "/models" + query(layout)
    }

    private static func query(_ layout: Layout) -> String {
        layout.version.map { "?api-version=\(encoded($0))" } ?? ""
    }

    /// One segment of a path: the names of models come from clients.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.append(byte)
            // Dots stand for themselves, unless they are all there is: then the segment would be another.
            case UInt8(ascii: ".") where !text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }): out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
