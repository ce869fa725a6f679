// Feeds one input to the chunked decoder whole and in two ways split: all three must agree, and no more is decoded
// than was sent or allowed. The first byte of the input chooses where the split goes.

/// What one way of feeding came to, comparable with another.
private struct Outcome: Equatable {
    var body: [UInt8] = []
    /// Bytes up to and including the end of the body; nil when it has not come.
    var consumed: Int?
    var error: HTTP1Error?
}

private let maximumBytes = 512

private func decode(_ bytes: UnsafeRawBufferPointer, cuts: [Int]) -> Outcome {
    var decoder = ChunkedDecoder(maximumBytes: maximumBytes)
    var outcome = Outcome()
    var start = 0
    do throws(HTTP1Error) {
        for end in cuts + [bytes.count] {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            switch try decoder.decode(piece, into: &outcome.body) {
            case .needsMore(let consumed): precondition(consumed == piece.count)
            case .finished(let consumed):
                outcome.consumed = start + consumed
                return outcome
            }
            start = end
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let input = UnsafeRawBufferPointer(start: data, count: size)
    guard let first = input.first else { return 0 }
    let bytes = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let whole = decode(bytes, cuts: [])
    precondition(whole.body.count <= min(maximumBytes, bytes.count))
    precondition(decode(bytes, cuts: [Int(first) % (bytes.count + 1)]) == whole, "a split body reads differently")
    precondition(decode(bytes, cuts: Array(0..<bytes.count)) == whole, "a dripped body reads differently")
    return 0
}
