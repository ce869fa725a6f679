// A stream gives the same events however it is cut into pieces, and an event that was read can be written and read.

private struct Outcome: Equatable {
    var events: [SSEEvent] = []
    var isTooLarge = false
    var partial: SSEEvent?
    var strayText: [UInt8] = []
    var retry: Int?
    var comments = 0
}

private func outcome(of pieces: [UnsafeRawBufferPointer]) -> Outcome {
    var reader = SSEReader(maximumEventBytes: 256)
    var outcome = Outcome()
    for index in unsafe pieces.indices {
        unsafe reader.feed(pieces[index])
        do {
            while let event = try reader.next() { outcome.events.append(event) }
        } catch {
            outcome.isTooLarge = true
        }
    }
    outcome.partial = reader.takePartialEvent()
    outcome.strayText = reader.strayText
    outcome.retry = reader.retry
    outcome.comments = reader.commentCount
    return outcome
}

private func expectSurvivesWriting(_ event: SSEEvent) {
    // The writer leaves out what cannot stand in a type, and a reader takes an empty type for none.
    var bytes: [UInt8] = []
    SSEWriter.append(type: event.type, data: event.data, id: event.lastEventID, to: &bytes)
    var reader = SSEReader()
    unsafe bytes.withUnsafeBytes { unsafe reader.feed($0) }
    precondition((try? reader.next()) == event, "an event changed when written and read")
    precondition(!reader.hasPartialEvent && reader.strayText.isEmpty)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
    let whole = unsafe outcome(of: [bytes])
    let split = size == 0 ? 0 : unsafe Int(data[size - 1]) % (size + 1)
    let halves = unsafe [
        UnsafeRawBufferPointer(rebasing: bytes[..<split]), UnsafeRawBufferPointer(rebasing: bytes[split...]),
    ]
    precondition(unsafe outcome(of: halves) == whole, "two pieces differ from one")
    let single = unsafe bytes.indices.map { unsafe UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + 1]) }
    precondition(unsafe outcome(of: single) == whole, "single bytes differ from one piece")
    for event in whole.events { expectSurvivesWriting(event) }
    return 0
}
