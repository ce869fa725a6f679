// Wherever a text is cut, the same elements come out of it; and of what is JSON, elements and rest are JSON, with the arrays
// empty.

private func split(_ bytes: [UInt8], at offset: Int) -> (elements: [[UInt8]], rest: [UInt8])? {
    var splitter = JSONElementSplitter("a", maximumElementBytes: 200, maximumRestBytes: 2000)
    guard let first = try? splitter.feed(Array(bytes[..<offset])),
        let second = try? splitter.feed(Array(bytes[offset...]))
    else { return nil }
    return (first + second, splitter.rest)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = split(bytes, at: bytes.count)
    for offset in Set([0, 1, count / 3, count / 2, count - 1]) where (0...count).contains(offset) {
        let cut = split(bytes, at: offset)
        precondition(cut?.elements == whole?.elements && cut?.rest == whole?.rest, "it matters where the text is cut")
    }
    guard let whole, (try? JSONDocument.parse(bytes)) != nil else { return 0 }
    precondition(whole.elements.allSatisfy { (try? JSONDocument.parse($0)) != nil }, "an element is no JSON")
    precondition((try? JSONDocument.parse(whole.rest)) != nil, "the rest is no JSON")
    precondition(whole.rest.count + whole.elements.joined().count <= bytes.count, "something was added")
    return 0
}
