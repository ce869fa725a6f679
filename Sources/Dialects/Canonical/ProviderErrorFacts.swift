internal import Wire

/// What a provider's error body says, whichever of the known shapes it has.
struct ProviderErrorFacts {
    private(set) var message: String?
    private(set) var type: String?
    private(set) var code: String?
    private(set) var parameter: String?

    /// - Parameter rawBody: what to quote where the body is no object.
    init(_ root: JSONValue?, rawBody: [UInt8]) {
        guard let root, root.isObject else {
            message = Self.quote(rawBody)
            return
        }
        let error = root["error"].flatMap { $0.isObject ? $0 : nil } ?? root
        let detail = root["detail"]?[index: 0]
        let candidates = [
            error["message"], root["error"], root["detail"], root["message"], root["Message"], detail?["msg"],
        ]
        message = candidates.lazy.compactMap { $0?.string }.first.map(Self.masked)
        type = error["type"]?.string
        code = error["code"]?.string ?? error["code"]?.int.map { String($0) }
        parameter = error["param"]?.string ?? detail?["loc"].flatMap(Self.path)
    }

    func mentions(_ words: String...) -> Bool {
        guard let message = message?.lowercased() else { return false }
        return words.contains { message.contains($0) }
    }

    /// The failure as clients are to see it.
    /// - Parameter retryAfter: seconds; kept where waiting is what helps.
    func error(_ code: ErrorCode, status: Int, provider: String, retryAfter: Int? = nil) -> HubError {
        var error = HubError(code, words(code, provider: provider, status: status))
        error.provider = provider
        error.parameter = parameter
        if code == .providerRateLimited || [503, 529].contains(status) { error.retryAfter = retryAfter }
        // What was said of a refused credential may quote it: nobody gets to see that.
        error.upstream = HubError.Upstream(
            status: status, code: self.code ?? type, message: code == .providerAuthentication ? nil : message)
        return error
    }

    /// The provider's words go to the client, except where they may hold a key or an account's name.
    private func words(_ code: ErrorCode, provider: String, status: Int) -> String {
        switch code {
        case .providerAuthentication: "\(provider) refused the hub's credential (status \(status))"
        case .providerBilling: "the hub's account with \(provider) has no credit or quota left"
        default: message.map { "\(provider): \($0)" } ?? "\(provider) answered with status \(status)"
        }
    }

    /// Plain text from something in between. A page of HTML says nothing that its status does not.
    private static func quote(_ body: [UInt8]) -> String? {
        let text = body.drop { $0 <= 0x20 }.prefix(300)
        guard let first = text.first, first != UInt8(ascii: "<") else { return nil }
        return masked(String(decoding: text, as: UTF8.self))
    }

    /// `["body","messages",0]` as FastAPI names a field: `messages.0`.
    private static func path(_ location: JSONValue) -> String? {
        guard location.isArray else { return nil }
        let parts = location.elements.compactMap { $0.string ?? $0.int.map { String($0) } }
        return (parts.first == "body" ? parts.dropFirst() : parts[...]).joined(separator: ".")
    }

    /// Providers name the account, or part of the key, in messages about limits and keys.
    private static func masked(_ text: String) -> String {
        guard ["org-", "org_", "sk-", "arn:aws", "organization ("].contains(where: text.contains) else { return text }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.map { isAccount($0) ? "***" : String($0) }.joined(separator: " ")
    }

    private static func isAccount(_ word: Substring) -> Bool {
        let name = word.drop { !$0.isLetter }
        return name.hasPrefix("org-") || name.hasPrefix("org_") || name.hasPrefix("sk-") || name.hasPrefix("arn:aws")
            || isUUID(word)
    }

    /// In brackets, as Anthropic names an organisation.
    private static func isUUID(_ word: Substring) -> Bool {
        guard word.hasPrefix("("), let end = word.firstIndex(of: ")") else { return false }
        let groups = word[..<end].dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}
