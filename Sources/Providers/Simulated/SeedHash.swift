internal import Wire

/// Mixes what a simulated answer depends on into one number. Fast, repeatable on every machine, and no protection
/// against anybody: whoever chooses the request may choose the answer.
struct SeedHash {
    private(set) var value: UInt64 = 0

    init(seed: UInt64) {
        mix(seed)
    }

    mutating func mix(_ word: UInt64) {
        // The finishing steps of SplitMix64 after each word: all bits of the result depend on all bits before.
        value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 32
    }

    /// Eight bytes at a time; the length counts, so that neighbours do not run together.
    mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        guard let start = bytes.baseAddress else { return }
        var position = 0
        while position + 8 <= bytes.count {
            mix(UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[position...] { rest = rest << 8 | UInt64(byte) }
        mix(rest)
    }

    /// By meaning: white space and the spelling of strings do not count, the order of members does.
    mutating func mix(_ value: JSONValue) {
        switch value.kind {
        case .string:
            _ = value.withUTF8 { mix($0) }
        case .object:
            mix(UInt64(value.count) << 8 | 1)
            for (key, member) in value.members {
                key.withUTF8 { mix($0) }
                mix(member)
            }
        case .array:
            mix(UInt64(value.count) << 8 | 2)
            for element in value.elements { mix(element) }
        case .int: mix(UInt64(bitPattern: Int64(value.int ?? 0)))
        case .uint: mix(value.uint64 ?? 0)
        case .double: mix((value.double ?? 0).bitPattern)
        case .bool: mix(value.bool == true ? 3 : 4)
        case .null: mix(5)
        }
    }
}
