extension ValueType where Value == TokenPrice {
    static var price: ValueType {
        scalar(
            "USD per million tokens, 0..1000000 with at most 6 decimals", kinds: [.integer, .number],
            parse: { TokenPrice(dollarsPerMillion: $0) }, show: \.description)
    }
}

extension ValueType where Value == String {
    /// A path of a URL.
    static var path: ValueType {
        text("a path beginning with /") { text in
            text.hasPrefix("/") && text.utf8.count <= 1024
                && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }
        }
    }

    /// Also of a domain: `example.com:name`.
    static var googleProject: ValueType {
        identifier("1..64 letters, digits, -, . or :", maximumLength: 64, also: "-.:")
    }

    /// It becomes part of a host's name.
    static var googleLocation: ValueType {
        identifier("1..40 letters, digits or -", maximumLength: 40, also: "-")
    }

    /// It becomes part of a host's name, too.
    static var region: ValueType {
        identifier("1..40 letters, digits or -", maximumLength: 40, also: "-")
    }

    static var headerName: ValueType {
        text("a header's name, not one of the connection itself", where: isProviderHeader)
    }

    /// RFC 9110 section 5.6.2, without the headers that frame the message: those would break the call, or smuggle
    /// another one past the provider's proxy.
    @Sendable fileprivate static func isProviderHeader(_ name: String) -> Bool {
        let framing = [
            "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect",
            "keep-alive", "proxy-connection",
        ]
        let punctuation = Array("!#$%&'*+-.^_`|~".utf8)
        return (1...128).contains(name.utf8.count) && !framing.contains(name.lowercased())
            && name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || punctuation.contains($0) }
    }
}

extension ValueType where Value == [String: Secret] {
    static var headers: ValueType {
        .map(of: .secret, limit: 50, names: "headers", where: ValueType<String>.isProviderHeader)
    }
}

extension ValueType where Value == [String: String] {
    static var deployments: ValueType {
        .map(of: .text(maximumLength: 256), names: "deployments") {
            (1...256).contains($0.utf8.count) && !$0.hasControlCharacters
        }
    }
}
