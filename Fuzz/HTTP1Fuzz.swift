// Feeds one input to the request head parser whole and in two ways split: all three must agree, and an accepted head
// must have exactly one framing. The first byte of the input chooses where the split goes.

/// What one way of feeding came to, comparable with another.
private enum Outcome: Equatable {
    case needsMore
    case refused(HTTP1Error)
    case head(consumed: Int, framing: BodyFraming, path: String, host: String?, fields: [String])
}

private func parse(_ bytes: UnsafeRawBufferPointer, cuts: [Int]) -> Outcome {
    var parser = HTTP1RequestParser()
    for end in cuts + [bytes.count] {
        do throws(HTTP1Error) {
            if case .head(let head, let consumed) = try parser.parse(UnsafeRawBufferPointer(rebasing: bytes[..<end])) {
                checkFraming(head)
                let fields = head.fields.map { "\($0.name): \($0.value)" }
                return .head(
                    consumed: consumed, framing: head.framing, path: head.path, host: head.host, fields: fields)
            }
        } catch {
            return .refused(error)
        }
    }
    return .needsMore
}

private func checkFraming(_ head: HTTP1RequestHead) {
    let lengths = head.values(of: "content-length")
    let encodings = head.values(of: "transfer-encoding")
    switch head.framing {
    case .none: precondition(lengths.isEmpty && encodings.isEmpty)
    case .length(let length): precondition(lengths.count == 1 && encodings.isEmpty && length >= 0)
    case .chunked: precondition(lengths.isEmpty && encodings.count == 1 && encodings[0].lowercased() == "chunked")
    }
    precondition(head.minorVersion == 0 || head.host != nil)
    precondition(!head.path.isEmpty)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let input = UnsafeRawBufferPointer(start: data, count: size)
    guard let first = input.first else { return 0 }
    let bytes = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let whole = parse(bytes, cuts: [])
    precondition(parse(bytes, cuts: [Int(first) % (bytes.count + 1)]) == whole, "a split head reads differently")
    precondition(parse(bytes, cuts: Array(0..<min(bytes.count, 2048))) == whole, "a dripped head reads differently")
    return 0
}
