// A body decompresses the same in one go and in portions, and never to more than is allowed.

private func outcome(of bytes: [UInt8], budget: Int) -> Result<[UInt8], GzipError> {
    Result { () throws(GzipError) in
        let decoder = try GzipDecoder(bytes, maximumBytes: 10_000)
        // Each call makes progress.
        var calls = 0
        while try !decoder.decode(budget: budget) {
            calls += 1
            precondition(calls <= bytes.count + 10_000, "no progress")
        }
        precondition(decoder.output.count <= 10_000, "more than is allowed")
        return decoder.output
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = outcome(of: bytes, budget: .max)
    precondition(outcome(of: bytes, budget: 1) == whole, "portions differ")
    return 0
}
