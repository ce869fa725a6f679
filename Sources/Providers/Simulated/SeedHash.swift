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
        if bytes.count >= 64 {
            // Long texts are most of the work: sixteen bytes a step, in two hashes that need not wait for each other.
            var (even, odd) = (value, ~value)
            while position + 32 <= bytes.count {
                even = Self.folded(even, start + position)
                odd = Self.folded(odd, start + position + 16)
                position += 32
            }
            value = even
            mix(odd)
        }
        while position + 8 <= bytes.count {
            mix(UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[position...] { rest = rest << 8 | UInt64(byte) }
        mix(rest)
    }

    /// The two halves of a product, each factor blurred by a constant. A factor of nought loses the other, so what was
    /// before counts besides.
    @inline(__always)
    private static func folded(_ value: UInt64, _ bytes: UnsafeRawPointer) -> UInt64 {
        let first = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let second = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let (high, low) = (first ^ 0x9E37_79B9_7F4A_7C15 ^ value).multipliedFullWidth(
            by: second ^ 0xBF58_476D_1CE4_E5B9)
        return high ^ low ^ value &* 3
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
