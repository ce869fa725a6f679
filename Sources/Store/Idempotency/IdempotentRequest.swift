internal import Crypto
internal import Wire

/// A request that its caller may send again: contract 1.7.
public struct IdempotentRequest: Sendable {
    /// Whose it is; nil without authentication.
    public var keyID: String?
    public var path: String
    /// `Idempotency-Key`.
    public var key: String
    public var body: [UInt8]

    public init(keyID: String?, path: String, key: String, body: [UInt8]) {
        self.keyID = keyID
        self.path = path
        self.key = key
        self.body = body
    }

    /// Tells it from all others, and nothing of it.
    var slot: String { Self.hash(place) }

    /// Tells its body from others. The place is part of it, for short bodies could be guessed.
    var digest: String { Self.hash(place + body) }

    /// With lengths, so that no two places look alike.
    private var place: [UInt8] {
        [keyID.map { "k\($0)" } ?? "", path, key].flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
    }

    private static func hash(_ bytes: [UInt8]) -> String { Hex.encode(SHA256.digest(bytes)) }
}

/// The answer that such a request was given.
public struct IdempotentAnswer: Sendable, Equatable {
    public var status: Int
    public var fields: [Field]
    public var body: [UInt8]

    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(status: Int, fields: [Field], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

extension IdempotentAnswer {
    /// As HTTP has it: the status, lines of fields, an empty line, the body.
    var record: [UInt8] {
        var bytes = Array("\(status)\r\n".utf8)
        for field in fields { bytes += Array("\(field.name): \(field.value)\r\n".utf8) }
        return bytes + Array("\r\n".utf8) + body
    }

    init?(record: [UInt8]) {
        var rest = record[...]
        guard let first = Self.line(&rest), let status = Int(first) else { return nil }
        self.init(status: status, fields: [], body: [])
        while let line = Self.line(&rest) {
            if line.isEmpty {
                body = Array(rest)
                return
            }
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields.append(Field(name: String(line[..<colon]), value: String(line[colon...].dropFirst(2))))
        }
        return nil
    }

    /// Without its end; nil if there is none.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\r")) else { return nil }
        defer { rest = rest[(end + 1)...].dropFirst() }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
