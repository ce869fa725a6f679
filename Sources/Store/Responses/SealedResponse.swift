internal import Crypto
internal import HubCore

/// A stored response as one sealed value: what the database holds of it is its tenant, its id, its size and when it ends.
enum SealedResponse {
    /// Of the layout below, for a later one.
    private static let version: UInt8 = 1

    static func seal(_ response: StoredResponse, tenant: String, key: EncryptionKey) -> [UInt8] {
        var text: [UInt8] = [version]
        text.reserveCapacity(response.body.count + response.input.count + 128)
        append(Array((response.previousID ?? "").utf8), to: &text)
        append(response.body, to: &text)
        text += response.input
        return key.cipher.seal(text, context: context(tenant, response.id))
    }

    /// Nil if it was not sealed so for this tenant and id.
    static func open(_ sealed: [UInt8], id: String, tenant: String, key: EncryptionKey) -> StoredResponse? {
        guard let text = key.cipher.open(sealed, context: context(tenant, id)), text.first == version else {
            return nil
        }
        var rest = text.dropFirst()
        guard let previous = take(from: &rest), let body = take(from: &rest) else { return nil }
        let previousID = previous.isEmpty ? nil : String(decoding: previous, as: UTF8.self)
        return StoredResponse(id: id, previousID: previousID, body: Array(body), input: Array(rest))
    }

    /// A row that was moved to another tenant or id does not open.
    private static func context(_ tenant: String, _ id: String) -> [UInt8] {
        var context = Array("hub_responses".utf8)
        append(Array(tenant.utf8), to: &context)
        append(Array(id.utf8), to: &context)
        return context
    }

    /// With its length before it, so that no two lists of values look alike.
    private static func append(_ bytes: [UInt8], to out: inout [UInt8]) {
        for shift in stride(from: 24, through: 0, by: -8) {
            out.append(UInt8(truncatingIfNeeded: bytes.count >> shift))
        }
        out += bytes
    }

    private static func take(from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= 4 else { return nil }
        let count = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }
}
