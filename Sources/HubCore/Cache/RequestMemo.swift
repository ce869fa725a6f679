internal import Dialects
internal import Synchronization
internal import Wire

/// Requests that were answered from the cache, by the bytes of their body: the same bytes again need not be parsed, checked
/// and written in canonical form to find their key.
///
/// Nothing is decided by it: what it gives is what parsing the bytes would give. A few are kept per reactor, and what
/// comes later takes the place of what came before.
final class RequestMemo: Sendable {
    /// What was made of a body.
    final class Entry: Sendable {
        fileprivate let bytes: [UInt8]
        fileprivate let form: CallInput.Form
        let request: CompletionRequest
        fileprivate let key = Mutex<(name: KeyName, key: CacheKey)?>(nil)

        fileprivate init(bytes: [UInt8], form: CallInput.Form, request: CompletionRequest) {
            self.bytes = bytes
            self.form = form
            self.request = request
        }
    }

    /// What a key depends on beside the request.
    struct KeyName: Equatable, Sendable {
        var tenant: String
        var provider: String
        var model: String
    }

    private final class Shard: Sendable {
        let entries = Mutex<[Entry?]>([])
    }

    private let shards: [Shard]
    private static let entriesPerShard = 64
    private static let largestBody = 16 << 10

    init(shards: Int) {
        self.shards = (0..<max(1, shards)).map { _ in Shard() }
    }

    func entry(_ bytes: [UInt8], _ form: CallInput.Form, shard: Int) -> Entry? {
        guard bytes.count <= Self.largestBody else { return nil }
        // Where nothing is remembered, the bytes are not even read.
        let entry = shards[shard % shards.count].entries.withLock { $0.isEmpty ? nil : $0[Self.place(bytes)] }
        guard let entry, entry.form == form, BodyHash.areEqual(entry.bytes, bytes) else { return nil }
        return entry
    }

    /// Of a request whose answer was kept: it is asked again.
    func note(_ bytes: [UInt8], _ form: CallInput.Form, _ request: CompletionRequest, shard: Int) {
        guard bytes.count <= Self.largestBody else { return }
        let entry = Entry(bytes: bytes, form: form, request: request)
        shards[shard % shards.count].entries.withLock { entries in
            if entries.isEmpty { entries = Array(repeating: nil, count: Self.entriesPerShard) }
            entries[Self.place(bytes)] = entry
        }
    }

    /// Lets everything go.
    func clear() {
        for shard in shards { shard.entries.withLock { $0 = [] } }
    }

    private static func place(_ bytes: [UInt8]) -> Int {
        Int(truncatingIfNeeded: BodyHash.of(bytes) % UInt64(entriesPerShard))
    }
}

extension RequestMemo.Entry {
    /// The key that was made for the same caller and target, or a new one.
    func key(_ name: RequestMemo.KeyName, make: () -> CacheKey) -> CacheKey {
        if let known = key.withLock({ $0 }), known.name == name { return known.key }
        let made = make()
        key.withLock { $0 = (name, made) }
        return made
    }
}
