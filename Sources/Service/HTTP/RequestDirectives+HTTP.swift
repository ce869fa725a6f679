internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

extension RequestDirectives {
    /// Reads the headers of contract 1.2. Throws for a value that cannot be used.
    convenience init(_ head: HTTP1RequestHead, pin: String?) throws(HubError) {
        self.init()
        credential = Self.credential(head)
        requestID = Self.printable(head.value(of: "x-request-id"))
        let parents = head.values(of: "traceparent")
        traceparent = parents.count == 1 ? parents[0] : nil
        user = head.value(of: "x-user-id")
        team = head.value(of: "x-team-id")
        project = head.value(of: "x-project-id")
        pinnedProviders = [pin, head.value(of: "x-hub-provider")].compactMap { $0 }
        wantsMetadata = head.valueEquals("x-hub-metadata", "true")
        simulation = head.value(of: "x-hub-sim")
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
