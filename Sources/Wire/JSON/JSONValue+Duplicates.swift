extension JSONValue {
    /// Up to this many members, comparing each pair is cheaper than hashing.
    private static let fewMembers = 12

    /// Whether two members of this object have the same key. Members of nested objects are not looked at.
    public func hasDuplicateKeys() -> Bool {
        count <= Self.fewMembers ? hasDuplicateAmongFew() : hasDuplicateAmongMany()
    }

    /// Those of `names` that more than one member of this object is called, in the order of `names`.
    public func duplicateKeys(among names: [StaticString]) -> [StaticString] {
        guard isObject else { return [] }
        return names.filter { name in
            name.withUTF8Buffer { unsafe isDuplicate(UnsafeRawBufferPointer($0)) }
        }
    }

    private func isDuplicate(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let first = unsafe document.member(named: name, from: index + 1, in: index) else { return false }
        return unsafe document.member(named: name, from: document.next(after: first + 1), in: index) != nil
    }

    private func hasDuplicateAmongFew() -> Bool {
        var rest = members
        while let member = rest.next() {
            for other in rest where other.key == member.key { return true }
        }
        return false
    }

    /// Hashing is seeded per process, so chosen keys cannot make this quadratic.
    private func hasDuplicateAmongMany() -> Bool {
        var seen = Set<JSONKey>(minimumCapacity: count)
        for member in members where !seen.insert(member.key).inserted { return true }
        return false
    }
}
