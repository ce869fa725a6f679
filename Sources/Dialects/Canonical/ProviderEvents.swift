internal import Wire

/// The server-sent events of a provider's stream, and the failures that all dialects have alike. Pure; one per stream.
struct ProviderEvents<Errors: WireErrors>: Sendable {
    let provider: String
    private let maximumMebibytes: Int
    private var reader: SSEReader

    /// - Parameter maximumMebibytes: of one event.
    init(provider: String, maximumMebibytes: Int) {
        self.provider = provider
        self.maximumMebibytes = maximumMebibytes
        reader = SSEReader(maximumEventBytes: maximumMebibytes << 20)
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        reader.feed(bytes)
    }

    /// The next event of what was fed; nil if more bytes are needed.
    mutating func next() throws(HubError) -> SSEEvent? {
        do throws(SSEError) {
            return try reader.next()
        } catch {
            throw .interrupted("\(provider) sent an event of more than \(maximumMebibytes) MiB", provider)
        }
    }

    /// At the end of the body: an event that had no blank line after it.
    mutating func takePartial() -> SSEEvent? { reader.takePartialEvent() }

    /// Why a stream that ended too early did: a JSON error object between or instead of events may say it.
    var earlyEnd: HubError {
        if !reader.strayText.isEmpty, let document = try? JSONDocument.parse(reader.strayText),
            let error = Errors.parseInside(document.root, provider: provider)
        {
            return error
        }
        return .earlyEnd(provider)
    }

    /// The object that an event's data is. Throws the error that it holds instead.
    static func object(_ data: [UInt8], provider: String) throws(HubError) -> JSONValue {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(data, maximumDepth: 512).root
        } catch {
            throw .interrupted("\(provider) sent an event that is not JSON: \(error.message)", provider)
        }
        guard body.isObject else { throw .interrupted("\(provider) sent an event that is not an object", provider) }
        if let error = Errors.parseInside(body, provider: provider) { throw error }
        return body
    }
}

extension HubError {
    /// A stream that cannot be read on.
    static func interrupted(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.streamInterrupted, message)
        error.provider = provider
        return error
    }

    static func earlyEnd(_ provider: String) -> HubError {
        interrupted("\(provider) ended the stream before the answer was complete", provider)
    }
}
