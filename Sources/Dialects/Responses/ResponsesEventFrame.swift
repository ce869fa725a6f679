internal import Wire

/// Writes single events and numbers them.
struct ResponsesEventFrame: Sendable {
    private(set) var count: Int

    init(count: Int = 0) {
        self.count = count
    }

    mutating func append(_ type: StaticString, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("type", type)
        writer.member("sequence_number", count)
        content(&writer)
        writer.endObject()
        SSEWriter.append(type: "\(type)", data: writer.bytes, to: &out)
        count += 1
    }
}

extension JSONWriter {
    /// Where an event belongs: its item and, of items with parts, its part.
    mutating func place(_ item: String, _ index: Int) {
        member("item_id", item)
        member("output_index", index)
    }

    mutating func place(_ item: String, _ index: Int, _ partName: StaticString, _ part: Int) {
        place(item, index)
        member(partName, part)
    }
}
