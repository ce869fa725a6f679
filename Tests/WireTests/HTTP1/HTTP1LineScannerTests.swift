import Testing

@testable import Wire

struct HTTP1LineScannerTests {
    /// The neighbours are the ones a borrow between bytes of a word could mark or hide.
    @Test(arguments: [0x09, 0x20, 0x21, 0x7E, 0x80, 0x9F, 0xFF] as [UInt8])
    func `the first control character is found at every place of a word`(filler: UInt8) {
        for control in Array(UInt8(0)...0x1F) + [0x7F] where control != 0x09 {
            for place in 0..<24 {
                var bytes = [UInt8](repeating: filler, count: 26)
                bytes[place] = control
                bytes[25] = 0x0A
                #expect(LineScanner.firstControl(in: bytes.span, from: 0, to: 26) == place)
            }
        }
    }

    @Test
    func `bytes that no field refuses are passed over`() {
        let bytes = (UInt8.min...UInt8.max).filter { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
        for start in 0..<16 {
            #expect(LineScanner.firstControl(in: bytes.span, from: start, to: bytes.count) == bytes.count)
        }
    }

    @Test
    func `nothing beyond the end is looked at`() {
        let bytes = [UInt8](repeating: 0x61, count: 13) + [0x0D]
        #expect(LineScanner.firstControl(in: bytes.span, from: 2, to: 13) == 13)
    }

    @Test
    func `token characters are those of the grammar`() {
        let allowed = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max { #expect(ByteClass.isToken(byte) == allowed.contains(byte)) }
    }

    @Test
    func `host name characters are those of the grammar without the comma`() {
        let allowed = Set("-._~!$&'()*+;=%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max { #expect(ByteClass.isHostName(byte) == allowed.contains(byte)) }
    }
}
