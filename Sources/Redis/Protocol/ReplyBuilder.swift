internal import CHiredis

/// Makes replies of what hiredis's reader finds, in the order in which it finds it.
@safe final class ReplyBuilder {
    private struct OpenArray {
        var elements: [RedisReply]
        let count: Int
    }

    private(set) var hasTooManyElements = false
    private let maximumElements: Int
    /// Of the reply that is being read.
    private var elementCount = 0
    private var open: [OpenArray] = []
    private var reply: RedisReply?

    init(maximumElements: Int) {
        self.maximumElements = maximumElements
    }

    func takeReply() -> RedisReply? {
        defer {
            reply = nil
            elementCount = 0
        }
        return reply
    }

    private func add(_ value: RedisReply) {
        var value = value
        while let last = open.indices.last {
            open[last].elements.append(value)
            guard open[last].elements.count == open[last].count else { return }
            value = .array(open.removeLast().elements)
        }
        reply = value
    }

    /// False if there would be too many elements.
    private func begin(_ count: Int) -> Bool {
        elementCount += count
        guard elementCount <= maximumElements else {
            hasTooManyElements = true
            return false
        }
        // The count is what the peer says: memory is taken as elements come.
        if count > 0 { open.append(OpenArray(elements: [], count: count)) } else { add(.array([])) }
        return true
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        unsafe String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Called by hiredis

    /// hiredis asks for an object per value, and keeps only the outermost: a mark that says there is one.
    private static func mark(_ task: UnsafePointer<redisReadTask>?) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(mutating: task)
    }

    private static func of(_ task: UnsafePointer<redisReadTask>?) -> ReplyBuilder? {
        // Set by `ReplyReader`, which keeps the builder as long as the reader.
        guard let pointer = unsafe task?.pointee.privdata else { return nil }
        return unsafe Unmanaged<ReplyBuilder>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Made once and never freed: hiredis keeps the pointer. Not changed after it is made.
    nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        unsafe functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { unsafe ReplyBuilder.string($0, $1, $2) },
                createArray: { task, count in
                    unsafe ReplyBuilder.of(task)?.begin(Int(count)) == true ? ReplyBuilder.mark(task) : nil
                },
                createInteger: { task, number in
                    unsafe ReplyBuilder.of(task)?.add(.integer(number))
                    return unsafe ReplyBuilder.mark(task)
                },
                createNil: { task in
                    unsafe ReplyBuilder.of(task)?.add(.null)
                    return unsafe ReplyBuilder.mark(task)
                },
                // Marks own nothing.
                freeObject: { _ in }))
        return unsafe functions
    }()

    private static func string(
        _ task: UnsafePointer<redisReadTask>?, _ start: UnsafeMutablePointer<CChar>?, _ count: Int
    ) -> UnsafeMutableRawPointer? {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        let value: RedisReply =
            switch unsafe task?.pointee.type {
            case REDIS_REPLY_STATUS: unsafe .status(text(bytes))
            case REDIS_REPLY_ERROR: unsafe .error(RedisServerError(text(bytes)))
            default: unsafe .bytes(Array(bytes))
            }
        unsafe of(task)?.add(value)
        return unsafe mark(task)
    }
}
