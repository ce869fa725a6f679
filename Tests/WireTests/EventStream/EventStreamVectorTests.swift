import Foundation
import TestSupport
import Testing
import Wire

@Suite(.enabled(if: SharedVectors.exists("eventstream"), "\(SharedVectors.areMissing)"))
struct EventStreamVectorTests {
    private static func read(_ bytes: [UInt8]) throws(EventStreamError) -> EventStreamMessage? {
        var reader = EventStreamReader()
        unsafe bytes.withUnsafeBytes { unsafe reader.feed($0) }
        return try reader.next()
    }

    @Test(arguments: ["all_headers", "int32_header", "payload_one_str_header", "empty_message", "payload_no_headers"])
    func `a message reads as the vector says, and is written as it came`(name: String) throws {
        let encoded = try SharedVectors.bytes("eventstream/smithy_typescript/encoded/positive/\(name)")
        let message = try #require(try Self.read(encoded))
        let text = try SharedVectors.bytes("eventstream/smithy_typescript/decoded/positive/\(name)")
        let decoded = try JSONDocument.parse(text).root
        #expect(message.payload == decoded["payload"]?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) })
        let expected = decoded["headers"].map { Array($0.elements) } ?? []
        #expect(message.headers.map(\.name) == expected.compactMap { $0["name"]?.string })
        for (header, expected) in zip(message.headers, expected) {
            #expect(Self.matches(header.value, expected), "\(header)")
        }
        var written: [UInt8] = []
        EventStreamWriter.append(message, to: &written)
        #expect(written == encoded)
    }

    private static func matches(_ value: EventStreamMessage.Value, _ header: JSONValue) -> Bool {
        let raw = header["value"]?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
        let number = header["value"]?.int
        return switch (value, header["type"]?.int) {
        case (.bool(let value), 0): value
        case (.bool(let value), 1): !value
        case (.int8(let value), 2): number == Int(value)
        case (.int16(let value), 3): number == Int(value)
        // The vector of all headers keeps an unsigned 16-bit number as a 32-bit one.
        case (.int32(let value), 4): number == Int(value)
        case (.int64(let value), 5): number == Int(value)
        case (.bytes(let value), 6): raw == value
        case (.string(let value), 7): raw == Array(value.utf8)
        case (.timestamp(let value), 8): number == Int(value)
        case (.uuid(let value), 9): raw == value
        default: false
        }
    }

    @Test(arguments: ["corrupted_payload", "corrupted_length", "corrupted_headers", "corrupted_header_len"])
    func `a corrupted message is refused`(name: String) throws {
        let encoded = try SharedVectors.bytes("eventstream/smithy_typescript/encoded/negative/\(name)")
        let text = String(
            decoding: try SharedVectors.bytes("eventstream/smithy_typescript/decoded/negative/\(name)"), as: UTF8.self)
        let expected: EventStreamError = text.contains("Prelude") ? .preludeChecksum : .messageChecksum
        #expect(throws: expected) { try Self.read(encoded) }
    }

    /// The checksum of those with wrong headers is wrong too, and it is looked at first.
    @Test(
        arguments: [
            ("valid_with_all_headers_and_payload", nil), ("valid_empty_payload", nil), ("valid_no_headers", nil),
            ("invalid_message_checksum", .messageChecksum), ("invalid_prelude_checksum", .preludeChecksum),
            ("invalid_header_name_length", .messageChecksum), ("invalid_header_name_length_too_long", .messageChecksum),
            ("invalid_header_value_type", .messageChecksum), ("invalid_header_string_value_length", .messageChecksum),
            ("invalid_header_string_length_cut_off", .messageChecksum), ("invalid_headers_length", .length),
        ] as [(String, EventStreamError?)])
    func `a raw message is read or refused as its name says`(name: String, error: EventStreamError?) throws {
        let bytes = try SharedVectors.bytes("eventstream/smithy_rs/\(name)")
        if let error {
            #expect(throws: error) { try Self.read(bytes) }
        } else {
            #expect(try Self.read(bytes) != nil)
        }
    }

    @Test(.enabled(if: SharedVectors.exists("../fixtures/recorded"), "\(SharedVectors.areMissing)"))
    func `recorded streams of Bedrock read as JSON events, written as they came`() throws {
        var streams = 0
        for name in SharedVectors.names(in: "../fixtures/recorded", prefix: "bedrock") {
            let file = try JSONDocument.parse(
                try SharedVectors.bytes("../fixtures/recorded/\(name)"), maximumDepth: 512)
            guard let body = file.root["response"]?["body_base64"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
                continue
            }
            streams += 1
            var reader = EventStreamReader()
            var written: [UInt8] = []
            unsafe Array(body).withUnsafeBytes { unsafe reader.feed($0) }
            while let message = try reader.next() {
                #expect(message[":message-type"] == "event" && message[":event-type"] != nil)
                #expect(try JSONDocument.parse(message.payload).root.isObject)
                EventStreamWriter.append(message, to: &written)
            }
            #expect(!reader.hasPartialMessage && written == Array(body))
        }
        #expect(streams > 30)
    }
}
