extension ValueType where Value == HTTPURL {
    static var url: ValueType {
        let url = scalar(
            "a URL with http or https and without user, query or fragment", kinds: [.string],
            parse: { HTTPURL($0) }, show: { $0.text })
        return ValueType(
            expectation: url.expectation, fitsInVariable: true,
            decode: { node, path, context in
                if node.text(of: [.string])?.contains("@") == true {
                    // A password may be in it, so the message leaves the text out.
                    context.report(node.origin, path, "must be a URL without user and password; use api_key or headers")
                    return nil
                }
                return url.decode(node, path, &context)
            },
            describe: url.describe)
    }
}

extension ValueType where Value == NetworkHost {
    static var host: ValueType {
        scalar("a host name or address", kinds: [.string], parse: { NetworkHost($0) }, show: { $0.name })
    }
}

extension ValueType where Value == ConnectionURL {
    static func connection(_ schemes: [String]) -> ValueType {
        let expectation = "a URL beginning with \(schemes.map { "\($0):" }.joined(separator: " or "))"
        let scalar = scalar(
            expectation, kinds: [.string], parse: { ConnectionURL($0, schemes: schemes) }, show: { $0.redacted })
        return ValueType(
            expectation: expectation, fitsInVariable: true,
            decode: { node, path, context in
                if let text = node.text(of: [.string]), let url = ConnectionURL(text, schemes: schemes) { return url }
                // The text may hold a password, so the message leaves it out.
                context.report(node.origin, path, "must be \(expectation)")
                return nil
            },
            describe: scalar.describe)
    }
}
