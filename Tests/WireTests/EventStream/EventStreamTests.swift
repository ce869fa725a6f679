import Foundation
import Testing
import Wire

struct EventStreamTests {
    private static func read(
        _ pieces: [ArraySlice<UInt8>], bound: Int = 1 << 20
    ) -> (messages: [EventStreamMessage], error: EventStreamError?, isCut: Bool) {
        var reader = EventStreamReader(maximumMessageBytes: bound)
        var messages: [EventStreamMessage] = []
        for piece in pieces {
            unsafe Array(piece).withUnsafeBytes { unsafe reader.feed($0) }
            do throws(EventStreamError) {
                while let message = try reader.next() { messages.append(message) }
            } catch {
                return (messages, error, reader.hasPartialMessage)
            }
        }
        return (messages, nil, reader.hasPartialMessage)
    }

    private static func bytes(_ messages: EventStreamMessage...) -> [UInt8] {
        var out: [UInt8] = []
        for message in messages { EventStreamWriter.append(message, to: &out) }
        return out
    }

    private static let everyHeader = EventStreamMessage(
        headers: [
            .init("true", .bool(true)), .init("false", .bool(false)), .init("byte", .int8(-49)),
            .init("short", .int16(-42)), .init("int", .int32(.min)), .init("long", .int64(.max)),
            .init("bytes", .bytes([0, 255])), .init("text", .string("é")), .init("time", .timestamp(-1)),
            .init("uuid", .uuid(Array(0..<16))),
        ], payload: Array("{'foo':'bar'}".utf8))

    @Test func `what is written is read, however it is cut`() {
        let messages = [Self.everyHeader, EventStreamMessage(), EventStreamMessage(payload: [1, 2, 3])]
        let bytes = Self.bytes(messages[0], messages[1], messages[2])
        #expect(Self.read([bytes[...]]).messages == messages)
        #expect(Self.read(bytes.indices.map { bytes[$0..<$0 + 1] }).messages == messages)
        for cut in bytes.indices {
            let (found, error, isCut) = Self.read([bytes[..<cut], bytes[cut...]])
            #expect(found == messages && error == nil && !isCut)
        }
    }

    @Test func `a header is found by its name`() {
        #expect(Self.everyHeader["text"] == "é")
        #expect(Self.everyHeader["int"] == nil)
        #expect(Self.everyHeader["none"] == nil)
    }

    @Test func `a stream that ends inside a message is cut`() {
        let bytes = Self.bytes(Self.everyHeader)
        for end in 1..<bytes.count {
            let (messages, error, isCut) = Self.read([bytes[..<end]])
            #expect(messages.isEmpty && error == nil && isCut)
        }
    }

    @Test func `no changed bit goes unseen`() {
        let bytes = Self.bytes(Self.everyHeader)
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(Self.read([changed[...]]).error != nil)
            }
        }
    }

    @Test func `what follows a broken message is not read`() {
        var bytes = Self.bytes(EventStreamMessage(payload: [1]), EventStreamMessage(payload: [2]))
        bytes[8] ^= 1
        let (messages, error, _) = Self.read([bytes[...], bytes[...]])
        #expect(messages.isEmpty && error == .preludeChecksum)
    }

    @Test func `a message above the bound is refused by its length alone`() {
        let bytes = Self.bytes(EventStreamMessage(payload: [UInt8](repeating: 7, count: 100)))
        #expect(Self.read([bytes[..<12]], bound: 115).error == .length)
        #expect(Self.read([bytes[...]], bound: 116).error == nil)
    }

    @Test(arguments: [
        (total: 15, headers: 0), (total: 16, headers: 1), (total: 0, headers: 0), (total: 1 << 31, headers: 0),
        (total: 1 << 18, headers: (128 << 10) + 1),
    ])
    func `lengths that no message can have are refused`(total: Int, headers: Int) {
        var prelude: [UInt8] = []
        for length in [total, headers] {
            prelude += (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        }
        #expect(Self.read([(prelude + Self.crc32(prelude))[...]]).error == .length)
    }

    @Test(arguments: [
        [1], [0, 7, 0, 0], [1, 97], [1, 97, 10], [1, 97, 7, 0], [1, 97, 7, 0, 2, 65], [1, 97, 7, 128, 0],
        [1, 97, 5, 0, 0], [1, 97, 9, 1], [1, 255, 0], [1, 97, 7, 0, 1, 255],
    ])
    func `a header that is no header is refused`(header: [UInt8]) {
        var message: [UInt8] = []
        for length in [16 + header.count, header.count] {
            message += (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        }
        message += Self.crc32(message)
        message += header
        message += Self.crc32(message)
        #expect(Self.read([message[...]]).error == .header)
    }

    /// Bit by bit, so that it shares nothing with the code.
    private static func crc32(_ bytes: [UInt8]) -> [UInt8] {
        var state: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let isSet = (state ^ UInt32(byte >> bit)) & 1 == 1
                state = isSet ? (state >> 1) ^ 0xEDB8_8320 : state >> 1
            }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~state >> (24 - 8 * UInt32($0))) }
    }
}
