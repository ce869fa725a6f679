extension JSONValue {
    /// Up to this many members, comparing each pair is cheaper than hashing.
    private static let fewMembers = 12

    /// Whether two members of this object have the same key. Members of nested objects are not looked at.
    public func hasDuplicateKeys() -> Bool {
        count <= Self.fewMembers ? hasDuplicateAmongFew() : hasDuplicateAmongMany()
    }

    /// Those of `names` that more than one member of this object is called, in the order of `names`.
    public func duplicateKeys(among names: [StaticString]) -> [StaticString] {
        names.filter { name in
            var seen = false
            for member in members where member.key.equals(name) {
                if seen { return true }
                seen = true
            }
            return false
        }
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
