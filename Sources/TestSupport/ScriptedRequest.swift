/// A request as a scripted provider received it.
public struct ScriptedRequest: Sendable {
    public let method: String
    /// Path and query, as sent.
    public let target: String
    /// In the order received, names as sent.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    /// The first value of that name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// From the bytes before the empty line. Nil if they are no request.
    init?(head: some Sequence<UInt8>, body: [UInt8]) {
        let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        let parts = lines.first?.split(separator: " ") ?? []
        guard parts.count == 3 else { return nil }
        method = String(parts[0])
        target = String(parts[1])
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
        self.body = body
    }
}
