/// A credential as configured: present, or a reference whose target is missing.
enum Credential: Sendable, Equatable {
    case available(Secret)
    /// The reason completes "not ready:": `OPENAI_API_KEY is not set`.
    case missing(reason: String)

    var secret: Secret? {
        guard case .available(let secret) = self else { return nil }
        return secret
    }
}

extension ValueType where Value == Credential {
    /// A literal, `ref:env:NAME` or `ref:file:PATH`. A reference to nothing is a value, not a mistake: the provider
    /// is then not ready and says why, and the others work.
    static var credential: ValueType {
        credential("a secret or a reference to one") { text, context throws(SecretFailure) in
            try resolve(text, checked, context)
        }
    }

    /// The same for a document, such as a key in JSON, which has lines.
    static var credentialDocument: ValueType {
        credential("a secret document or a reference to one") { text, context throws(SecretFailure) in
            try resolve(text, checkedDocument, context)
        }
    }

    /// The path of such a document.
    static var credentialFile: ValueType {
        credential("the path of a file") { path, context throws(SecretFailure) in
            try fromFile(path, checkedDocument, context)
        }
    }

    private static func credential(
        _ expectation: String,
        _ resolve: @escaping @Sendable (String, DecodingContext) throws(SecretFailure) -> Credential
    ) -> ValueType {
        ValueType(
            expectation: expectation, fitsInVariable: true,
            decode: { node, path, context in
                guard let text = node.text(of: [.string]) else {
                    // Says nothing of the value, which may be a secret in the wrong place.
                    context.report(node.origin, path, "must be \(expectation) (a string in quotes)")
                    return nil
                }
                do throws(SecretFailure) {
                    return try resolve(text, context)
                } catch {
                    context.report(node.origin, path, error.message)
                    return nil
                }
            },
            describe: { credential, path in
                let text =
                    switch credential {
                    case .available(let secret): secret.description
                    case .missing(let reason): "missing (\(reason))"
                    }
                return [EffectiveValue(path: path, text: text)]
            })
    }

    private typealias Check = @Sendable (String) throws(SecretFailure) -> Secret

    private static func resolve(
        _ text: String, _ checked: Check, _ context: DecodingContext
    ) throws(SecretFailure) -> Credential {
        guard text.hasPrefix("ref:") else { return .available(try checked(text)) }
        if let name = text.removing(prefix: "ref:env:") {
            guard name.isVariableName else { throw SecretFailure(message: "ref:env: needs the name of a variable") }
            guard let value = context.environment[name], !value.isEmpty else {
                return .missing(reason: "\(name) is not set")
            }
            return .available(try checked(value))
        }
        if let file = text.removing(prefix: "ref:file:") {
            return try fromFile(file, checked, context)
        }
        throw SecretFailure(message: "only ref:env:NAME and ref:file:PATH are references this version can follow")
    }

    private static func fromFile(
        _ path: String, _ checked: Check, _ context: DecodingContext
    ) throws(SecretFailure) -> Credential {
        do {
            var bytes = try context.readFile(path)
            guard bytes.count <= 65536 else { throw FileReadFailure.failed(reason: "is larger than 65536 bytes") }
            while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            return .available(try checked(String(decoding: bytes, as: UTF8.self)))
        } catch let failure as SecretFailure {
            throw failure
        } catch FileReadFailure.failed(let reason) {
            return .missing(reason: "\(path) cannot be read: \(reason)")
        } catch {
            return .missing(reason: "\(path) does not exist")
        }
    }

    /// Control characters would let a credential end its header and begin another.
    @Sendable private static func checked(_ text: String) throws(SecretFailure) -> Secret {
        guard !text.isEmpty else { throw SecretFailure(message: "must not be empty") }
        guard !text.hasControlCharacters else { throw SecretFailure(message: "must not hold control characters") }
        return Secret(text)
    }

    /// It goes into no header.
    @Sendable private static func checkedDocument(_ text: String) throws(SecretFailure) -> Secret {
        guard !text.isEmpty else { throw SecretFailure(message: "must not be empty") }
        return Secret(text)
    }
}

private struct SecretFailure: Error {
    let message: String
}

extension ValueType where Value == Secret {
    /// As `credential`, but a reference to nothing is a mistake.
    static var secret: ValueType {
        secret("a secret or a reference to one") { _ in true }
    }

    /// A secret of a certain form.
    static func secret(
        _ expectation: String, where isValid: @escaping @Sendable (String) -> Bool
    ) -> ValueType {
        let credential = ValueType<Credential>.credential
        return ValueType(
            expectation: expectation, fitsInVariable: true,
            decode: { node, path, context in
                switch credential.decode(node, path, &context) {
                case .available(let secret):
                    if isValid(secret.reveal()) { return secret }
                    context.report(node.origin, path, "must be \(expectation)")
                    return nil
                case .missing(let reason):
                    context.report(node.origin, path, "has no value: \(reason)")
                    return nil
                case nil: return nil
                }
            },
            describe: { [EffectiveValue(path: $1, text: $0.description)] })
    }
}

extension String {
    fileprivate func removing(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
