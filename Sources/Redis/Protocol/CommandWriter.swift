internal import CHiredis

/// Commands as Redis reads them, written by hiredis.
enum CommandWriter {
    static func write(_ arguments: [[UInt8]]) -> [UInt8] {
        // hiredis takes pointers to all arguments at once: they lie in one array.
        var joined: [UInt8] = []
        joined.reserveCapacity(arguments.reduce(1) { $0 + $1.count })
        var lengths: [Int] = []
        lengths.reserveCapacity(arguments.count)
        for argument in arguments {
            joined += argument
            lengths.append(argument.count)
        }
        // An array without elements has no address.
        if joined.isEmpty { joined.append(0) }
        return unsafe joined.withUnsafeBytes { bytes in unsafe write(bytes, lengths) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int]) -> [UInt8] {
        var start = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress
        var pointers: [UnsafePointer<CChar>?] = unsafe []
        unsafe pointers.reserveCapacity(lengths.count)
        for length in lengths {
            unsafe pointers.append(start)
            unsafe start = start.map { unsafe $0 + length }
        }
        var written: UnsafeMutablePointer<CChar>?
        let count = unsafe redisFormatCommandArgv(&written, Int32(lengths.count), &pointers, lengths)
        // Only without memory, which ends the process elsewhere, too.
        guard count >= 0, let text = unsafe written else { preconditionFailure("hiredis wrote no command") }
        defer { unsafe redisFreeCommand(text) }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
}
