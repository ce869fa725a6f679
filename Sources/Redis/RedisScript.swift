internal import COpenSSL
internal import Wire

/// A Lua script, which a server keeps under its digest once it has seen it.
public struct RedisScript: Sendable {
    let source: [UInt8]
    /// As Redis names it: SHA-1 in hex.
    let digest: [UInt8]

    public init(_ source: String) {
        self.source = Array(source.utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        let isDone = unsafe copenssl_sha1(self.source, self.source.count, &digest) == 1
        precondition(isDone, "OpenSSL has no SHA-1")
        self.digest = Array(Hex.encode(digest).utf8)
    }

    fileprivate func command(
        _ name: StaticString, _ script: [UInt8], keys: [[UInt8]], arguments: [[UInt8]]
    ) throws(RedisCommandError) -> RedisCommand {
        let words = [Array(name.description.utf8), script, Array("\(keys.count)".utf8)] + keys + arguments
        return try RedisCommand(words, keys: 3..<(3 + keys.count))
    }

    /// By its digest.
    func brief(keys: [[UInt8]], arguments: [[UInt8]]) throws(RedisCommandError) -> RedisCommand {
        try command("EVALSHA", digest, keys: keys, arguments: arguments)
    }

    /// With its text.
    func whole(keys: [[UInt8]], arguments: [[UInt8]]) throws(RedisCommandError) -> RedisCommand {
        try command("EVAL", source, keys: keys, arguments: arguments)
    }
}

extension RedisClient {
    /// Runs a script in one round trip; in two where the server does not know it yet.
    ///
    /// - Parameter keys: of one slot.
    public func run(
        _ script: RedisScript, keys: [[UInt8]], arguments: [[UInt8]]
    ) async throws(RedisError) -> RedisReply {
        let brief = try Self.checked { () throws(RedisCommandError) in
            try script.brief(keys: keys, arguments: arguments)
        }
        do throws(RedisError) {
            return try await send(brief)
        } catch .server(let error) where error.code == "NOSCRIPT" {
            return try await send(
                try Self.checked { () throws(RedisCommandError) in
                    try script.whole(keys: keys, arguments: arguments)
                })
        }
    }

    /// The same without waiting, from any thread.
    ///
    /// - Parameter completion: called once on the reactor.
    public func start(
        _ script: RedisScript, keys: [[UInt8]], arguments: [[UInt8]],
        completion: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void = { _ in }
    ) {
        do throws(RedisError) {
            let brief = try Self.checked { () throws(RedisCommandError) in
                try script.brief(keys: keys, arguments: arguments)
            }
            start(brief) { [self] outcome in
                guard case .failure(.server(let error)) = outcome, error.code == "NOSCRIPT",
                    let whole = try? script.whole(keys: keys, arguments: arguments)
                else { return completion(outcome) }
                start(whole, completion: completion)
            }
        } catch {
            completion(.failure(error))
        }
    }

    private static func checked(
        _ make: () throws(RedisCommandError) -> RedisCommand
    ) throws(RedisError) -> RedisCommand {
        do throws(RedisCommandError) {
            return try make()
        } catch {
            // What a cluster would say, too.
            throw .server(RedisServerError("CROSSSLOT \(error.description)"))
        }
    }
}
