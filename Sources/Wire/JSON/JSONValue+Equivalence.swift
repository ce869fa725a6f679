import Glibc

extension JSONValue {
    /// Whether both mean the same: numbers by value (1 is 1.0), members in any order, elements in theirs. Members with
    /// the same key are matched in order of appearance.
    public func isEquivalent(to other: JSONValue) -> Bool {
        if isNumber || other.isNumber { return isSameNumber(as: other) }
        guard type == other.type else { return false }
        switch kind {
        case .object: return count == other.count && hasEquivalentMembers(to: other)
        case .array: return count == other.count && hasEquivalentElements(to: other)
        case .string:
            return JSONKey(document: document, index: index) == JSONKey(document: other.document, index: other.index)
        default: return true
        }
    }

    private func isSameNumber(as other: JSONValue) -> Bool {
        switch (kind, other.kind) {
        case (.int, .int), (.uint, .uint): document.number(at: index) == other.document.number(at: other.index)
        case (.double, .double): double == other.double
        case (.int, .double): int == other.double.flatMap { Int(exactly: $0) }
        case (.uint, .double): uint64 == other.double.flatMap { UInt64(exactly: $0) }
        case (.double, .int), (.double, .uint): other.isSameNumber(as: self)
        default: false
        }
    }

    private func hasEquivalentElements(to other: JSONValue) -> Bool {
        zip(elements, other.elements).allSatisfy { $0.isEquivalent(to: $1) }
    }

    private func hasEquivalentMembers(to other: JSONValue) -> Bool {
        if zip(members, other.members).allSatisfy({ $0.key == $1.key }) {
            return zip(members, other.members).allSatisfy { $0.value.isEquivalent(to: $1.value) }
        }
        return zip(membersByKey(), other.membersByKey()).allSatisfy {
            $0.key == $1.key && $0.value.isEquivalent(to: $1.value)
        }
    }

    private func membersByKey() -> [(key: JSONKey, value: JSONValue)] {
        members.sorted { left, right in
            let order = left.key.compared(to: right.key)
            return order == 0 ? left.key.index < right.key.index : order < 0
        }
    }
}

extension JSONKey {
    /// Negative, zero or positive, as `memcmp` orders; a shorter key comes first.
    fileprivate func compared(to other: JSONKey) -> Int {
        let left = unsafe document.utf8(at: index)
        let right = unsafe other.document.utf8(at: other.index)
        guard left.count == right.count else { return left.count - right.count }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return 0 }
        return unsafe Int(memcmp(leftStart, rightStart, left.count))
    }
}
