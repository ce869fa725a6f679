internal import Wire

/// Ids of tool calls, which every dialect bounds otherwise.
enum ToolCallID {
    /// For a call whose provider gave it none: unique in a conversation, as answers have ids of their own.
    static func minted(answer: String, choice: Int, call: Int) -> String {
        var bytes: [UInt8] = []
        bytes.append("call_")
        bytes.appendHex(hash(answer), minimumDigits: 16)
        return String(decoding: bytes, as: UTF8.self) + (choice == 0 ? "_\(call)" : "_\(choice)_\(call)")
    }

    /// In letters, digits, `_` and `-` only, as Anthropic demands. The same id gives the same; different ones stay
    /// different, but for a collision of 64 bits.
    static func plain(_ id: String, atMost length: Int = 64) -> String {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if isPlain, !id.isEmpty, id.utf8.count <= length { return id }
        var bytes: [UInt8] = []
        bytes.append("call_")
        bytes.appendHex(hash(id), minimumDigits: 16)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
