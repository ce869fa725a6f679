// Any bytes are refused or read; what was read means the same after it was written and read again.

private func written(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
    guard let document = unsafe try? JSONDocument.parse(bytes) else { return 0 }
    let root = document.root
    let text = written(root)
    guard let again = try? JSONDocument.parse(text) else { fatalError("what was written is refused") }
    precondition(root.isEquivalent(to: again.root) && again.root.isEquivalent(to: root), "the meaning changed")
    precondition(written(again.root) == text, "the second writing differs from the first")

    precondition(root.members.reduce(0) { count, _ in count + 1 } == (root.isObject ? root.count : 0))
    precondition(root.elements.reduce(0) { count, _ in count + 1 } == (root.isArray ? root.count : 0))
    let keys = root.members.map { Array($0.key.string.utf8) }
    precondition(root.hasDuplicateKeys() == (Set(keys).count < keys.count), "a duplicate key was missed or invented")
    for member in root.members {
        precondition(root[named: member.key.string] != nil, "a member is not found by its key")
    }
    return 0
}
