// A stream gives the same messages however it is cut into pieces, and what was read is written as it came.

private struct Outcome: Equatable {
    var messages: [EventStreamMessage] = []
    var error: EventStreamError?
    var isCut = false
}

private func outcome(of pieces: [UnsafeRawBufferPointer]) -> Outcome {
    var reader = EventStreamReader(maximumMessageBytes: 4096)
    var outcome = Outcome()
    for index in unsafe pieces.indices {
        unsafe reader.feed(pieces[index])
        do throws(EventStreamError) {
            while let message = try reader.next() { outcome.messages.append(message) }
        } catch {
            outcome.error = error
        }
    }
    outcome.isCut = reader.hasPartialMessage
    return outcome
}

/// Checksums are not guessed: they are made right, so that what they protect is reached.
private func repaired(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 16 else { return bytes }
    var reader = bytes
    let headerBytes = Int(bytes[4]) % (bytes.count - 15)
    for (offset, length) in [(0, bytes.count), (4, headerBytes)] {
        for index in 0..<4 { reader[offset + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
    }
    set(checksum(reader[..<8]), at: 8, in: &reader)
    set(checksum(reader[..<(bytes.count - 4)]), at: bytes.count - 4, in: &reader)
    return reader
}

private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = CRC32()
    for byte in bytes { sum.update(byte) }
    return sum.value
}

private func set(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(index))) }
}

private func check(_ bytes: UnsafeRawBufferPointer) {
    let whole = unsafe outcome(of: [bytes])
    let single = unsafe bytes.indices.map { unsafe UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + 1]) }
    precondition(unsafe outcome(of: single) == whole, "single bytes differ from one piece")
    var written: [UInt8] = []
    for message in whole.messages { EventStreamWriter.append(message, to: &written) }
    precondition(unsafe bytes.starts(with: written), "a message changed when read and written")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
    unsafe check(bytes)
    unsafe repaired([UInt8](bytes)).withUnsafeBytes { unsafe check($0) }
    return 0
}
