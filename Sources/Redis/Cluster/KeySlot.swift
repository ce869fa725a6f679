/// One of the parts that a cluster's keys are divided into: CRC16 (XMODEM) of the key modulo 16384.
struct KeySlot: Hashable, Sendable {
    static let count = 16_384

    let number: UInt16

    init(_ number: UInt16) {
        self.number = number
    }

    /// If the key has `{` and a `}` after it with something between, only that counts: keys with the same hash tag are
    /// of one slot.
    init(of key: [UInt8]) {
        var counted = key[...]
        if let open = key.firstIndex(of: UInt8(ascii: "{")),
            let close = key[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        {
            counted = key[(open + 1)..<close]
        }
        number = Self.checksum(counted) % UInt16(Self.count)
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var checksum: UInt16 = 0
        for byte in bytes { checksum = checksum << 8 ^ table[Int(checksum >> 8 ^ UInt16(byte))] }
        return checksum
    }

    private static let table: [UInt16] = (0..<256).map { index in
        var entry = UInt16(index) << 8
        for _ in 0..<8 { entry = entry & 0x8000 == 0 ? entry << 1 : entry << 1 ^ 0x1021 }
        return entry
    }
}
