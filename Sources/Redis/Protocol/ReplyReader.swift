internal import CHiredis

/// Bytes of a connection in, replies out, by hiredis's reader.
///
/// `@safe`: the reader and what it points to live and die with this object.
@safe final class ReplyReader {
    enum Outcome: Equatable {
        case reply(RedisReply)
        case needsMore
        /// The peer does not speak Redis's protocol, or too much at once: nothing more can be read.
        case malformed(String)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let builder: ReplyBuilder
    private let maximumBytes: Int

    init(maximumBytes: Int, maximumElements: Int) {
        self.maximumBytes = maximumBytes
        builder = ReplyBuilder(maximumElements: maximumElements)
        guard let reader = unsafe redisReaderCreateWithFunctions(ReplyBuilder.functions) else {
            preconditionFailure("no memory for a reader of replies")
        }
        unsafe self.reader = reader
        unsafe reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
    }

    deinit {
        unsafe redisReaderFree(reader)
    }

    /// False if too much is held already: the reply is larger than allowed.
    func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard unsafe reader.pointee.len - reader.pointee.pos + bytes.count <= maximumBytes else { return false }
        return unsafe redisReaderFeed(reader, bytes.baseAddress, bytes.count) == REDIS_OK
    }

    func next() -> Outcome {
        var object: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &object) == REDIS_OK else {
            if builder.hasTooManyElements { return .malformed("a reply has too many elements") }
            return .malformed(errorText)
        }
        if unsafe object == nil { return .needsMore }
        guard let reply = builder.takeReply() else { return .malformed("a reply has no value") }
        return .reply(reply)
    }

    private var errorText: String {
        unsafe withUnsafeBytes(of: &reader.pointee.errstr) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
