/// Every byte goes through here: room is made once per token or walk, then written by pointer.
extension JSONWriter {
    /// Appends a value of at most `extra` bytes, or one of the tokens that always fit.
    @inline(__always)
    mutating func appendToken(ofAtMost extra: Int = 0, _ body: (inout JSONCursor) -> Void) {
        let needsComma = followsValue
        appendInPlace(extra + JSONCursor.tokenRoom) { cursor in
            cursor.put(UInt8(ascii: ","), if: needsComma)
            body(&cursor)
        }
        followsValue = true
    }

    /// Appends a string, or a key with its colon. Nil is the empty string.
    mutating func append(_ text: JSONText?, isKey: Bool) {
        let text = text ?? .empty
        let needsComma = followsValue
        // The rest of the room covers escapes in all but unusual strings.
        appendResuming(text.count + 2 * JSONCursor.tokenRoom) { cursor in
            cursor.put(UInt8(ascii: ","), if: needsComma)
            if let room = cursor.string(text) {
                cursor.rewind(to: 0)
                return room
            }
            cursor.put(UInt8(ascii: ":"), if: isKey)
            return nil
        }
        followsValue = !isKey
    }

    /// Calls `body` until it returns nil; what it returns is the room it needs to go on.
    @inline(__always)
    mutating func appendResuming(_ room: Int = JSONCursor.tokenRoom, _ body: (inout JSONCursor) -> Int?) {
        var needed: Int? = room
        while let room = needed {
            appendInPlace(max(room, bytes.capacity - bytes.count)) { needed = body(&$0) }
        }
    }

    /// Lends room for at least `room` bytes behind the last one to `body`. The array grows as if they were appended,
    /// by doubling, and takes over as many as were written.
    @inline(__always)
    private mutating func appendInPlace(_ room: Int, _ body: (inout JSONCursor) -> Void) {
        bytes.append(addingCapacity: room) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                var cursor = unsafe JSONCursor(start: start, count: buffer.count)
                body(&cursor)
                precondition(cursor.room >= 0, "wrote past the room")
                count = cursor.written
            }
        }
    }
}
