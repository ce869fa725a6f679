internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

extension RequestDirectives {
    /// Reads the headers of contract 1.2. Throws for a value that cannot be used.
    convenience init(_ head: HTTP1RequestHead, pin: String?) throws(HubError) {
        self.init()
        credential = Self.credential(head)
        requestID = Self.requestID(head)
        let parents = head.values(of: "traceparent")
        traceparent = parents.count == 1 ? parents[0] : nil
        // It belongs to a traceparent. An empty one says nothing.
        if traceparent != nil, let state = TraceState(head.values(of: "tracestate")), !state.members.isEmpty {
            traceState = state
        }
        user = head.value(of: "x-user-id")
        team = head.value(of: "x-team-id")
        project = head.value(of: "x-project-id")
        pinnedProviders = [pin, head.value(of: "x-hub-provider")].compactMap { $0 }
        if let text = head.value(of: "x-hub-strategy") {
            guard text.utf8.count <= 40 else {
                throw .validation("x-hub-strategy", "must have at most 40 characters")
            }
            strategy = text
        }
        if let text = head.value(of: "x-hub-fallback") { fallbacks = try Self.fallbacks(text) }
        wantsMetadata = head.valueEquals("x-hub-metadata", "true")
        simulation = head.value(of: "x-hub-sim")
        if let text = head.value(of: "x-hub-rescue") {
            guard text == "true" || text == "false" else {
                throw .validation("x-hub-rescue", "must be true or false")
            }
            allowsRescue = text == "true"
        }
        if let text = head.value(of: "cache-control") { cache = CacheDirectives(cacheControl: text) }
        if let text = head.value(of: "x-hub-timeout-ms") {
            guard let milliseconds = Int(text), (1...600_000).contains(milliseconds) else {
                throw .validation("x-hub-timeout-ms", "must be 1..600000")
            }
            timeout = .milliseconds(milliseconds)
        }
        if let text = head.value(of: "x-hub-params") {
            guard let policy = ParameterPolicy(rawValue: text) else {
                throw .validation("x-hub-params", "must be strict, warn or drop")
            }
            parameterPolicy = policy
        }
    }

    /// The caller's name for the request, by which it is answered.
    static func requestID(_ head: HTTP1RequestHead) -> String? {
        printable(head.value(of: "x-request-id")) ?? printable(head.value(of: "x-correlation-id"))
    }

    /// `provider/model,..`; without a model the one that was asked for.
    private static func fallbacks(_ text: String) throws(HubError) -> [RoutingWish.Target] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= RoutingWish.maximumFallbacks else {
            throw .validation("x-hub-fallback", "must name at most \(RoutingWish.maximumFallbacks) targets")
        }
        var targets: [RoutingWish.Target] = []
        for part in parts {
            let name = part.trimmed
            let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) ?? name.endIndex
            let model = name[slash...].dropFirst()
            guard !name[..<slash].isEmpty, slash == name.endIndex || !model.isEmpty, name.utf8.count <= 300 else {
                throw .validation("x-hub-fallback", "must be provider/model, several with commas between them")
            }
            targets.append(.init(provider: String(name[..<slash]), model: model.isEmpty ? nil : String(model)))
        }
        return targets
    }

    /// Flags for Anthropic's targets.
    func readAnthropic(_ head: HTTP1RequestHead) throws(HubError) {
        let flags = head.values(of: "anthropic-beta").joined(separator: ",")
        guard !flags.isEmpty else { return }
        guard flags.utf8.count <= 2048, flags.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .validation("anthropic-beta", "must be at most 2048 printable characters")
        }
        vendorHeaders.append(("anthropic-beta", flags))
    }

    /// The first of these headers that is there decides.
    static func credential(_ head: HTTP1RequestHead) -> String? {
        head.value(of: "authorization", after: "bearer ") ?? head.value(of: "authorization")
            ?? head.value(of: "x-api-key") ?? head.value(of: "api-key")
            ?? head.value(of: "x-goog-api-key")
    }

    /// Echoed only if it is short and harmless.
    static func printable(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    fileprivate var trimmed: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
