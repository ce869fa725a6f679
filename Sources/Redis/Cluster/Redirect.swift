/// A cluster node's answer that a key is, or may be, elsewhere.
struct Redirect: Equatable {
    enum Kind: Equatable {
        /// For good: the map is to change.
        case moved
        /// For this one command, while the slot is on its way.
        case ask
    }

    let kind: Kind
    let slot: KeySlot
    let node: RedisAddress

    /// Reads `MOVED 3999 127.0.0.1:6381` or `ASK ...`; nil for other errors.
    ///
    /// - Parameter source: who answered; an empty host means its own.
    init?(_ error: RedisServerError, from source: RedisAddress) {
        let words = error.text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 3, let number = UInt16(words[1]), number < KeySlot.count,
            // An IPv6 address has colons of its own.
            let colon = words[2].lastIndex(of: ":"),
            let port = UInt16(words[2][words[2].index(after: colon)...]), port > 0
        else { return nil }
        switch words[0] {
        case "MOVED": kind = .moved
        case "ASK": kind = .ask
        default: return nil
        }
        let host = words[2][..<colon]
        slot = KeySlot(number)
        node = RedisAddress(host: host.isEmpty || host == "?" ? source.host : String(host), port: port)
    }
}
