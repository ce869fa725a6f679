/// The canonical form of RFC 8785, for digests: members in the order of their keys' UTF-16 units, no white space, numbers
/// as ECMAScript writes them.
///
/// It differs in one point: integers of 64 bits keep all their digits. As doubles two seeds could become one.
extension JSONWriter {
    /// Members called the same stay in the order in which they came.
    public mutating func canonical(_ value: JSONValue) {
        switch value.kind {
        case .object: canonicalObject(value) { _, _ in true }
        case .array:
            beginArray()
            for element in value.elements { canonical(element) }
            endArray()
        case .double: canonical(value.double ?? 0)
        case .string, .int, .uint, .bool, .null: self.value(value)
        }
    }

    /// The members of an object that are wanted.
    public mutating func canonicalObject(_ object: JSONValue, where isWanted: (JSONKey, JSONValue) -> Bool) {
        var members: [(key: JSONKey, value: JSONValue)] = []
        members.reserveCapacity(object.count)
        for member in object.members where isWanted(member.key, member.value) { members.append(member) }
        CanonicalOrder.sort(&members)
        beginObject()
        for (key, value) in members {
            self.key(key)
            canonical(value)
        }
        endObject()
    }

    /// As ECMAScript's `Number.prototype.toString`. JSON has no number that is not finite.
    public mutating func canonical(_ number: Double) {
        raw(CanonicalNumber.text(of: number))
    }
}

enum CanonicalOrder {
    private static let fewMembers = 16

    /// Members called the same stay in order. Most objects have few, which are sorted fastest by insertion.
    static func sort(_ members: inout [(key: JSONKey, value: JSONValue)]) {
        guard members.count <= fewMembers else {
            let sorted = members.enumerated().sorted { left, right in
                if isBefore(left.element.key, right.element.key) { return true }
                return !isBefore(right.element.key, left.element.key) && left.offset < right.offset
            }
            return members = sorted.map(\.element)
        }
        for index in members.indices.dropFirst() {
            let member = members[index]
            var place = index
            while place > 0, isBefore(member.key, members[place - 1].key) {
                members[place] = members[place - 1]
                place -= 1
            }
            members[place] = member
        }
    }

    /// By UTF-16 units: the same as by bytes, but that characters above U+FFFF, which are two surrogates there, come
    /// before U+E000 to U+FFFF.
    static func isBefore(_ left: JSONKey, _ right: JSONKey) -> Bool {
        unsafe left.withUTF8 { left in
            unsafe right.withUTF8 { right in
                for index in 0..<min(left.count, right.count) {
                    let (first, second) = unsafe (left[index], right[index])
                    guard first != second else { continue }
                    if (first >= 0xF0) != (second >= 0xF0), first >= 0xEE, second >= 0xEE { return first > second }
                    return first < second
                }
                return left.count < right.count
            }
        }
    }
}

enum CanonicalNumber {
    static func text(of number: Double) -> [UInt8] {
        guard number != 0 else { return [UInt8(ascii: "0")] }
        let (digits, point) = decimal(number.magnitude)
        var text: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
        switch point {
        case digits.count...21 where digits.count <= 21:
            text += digits
            text += zeros(point - digits.count)
        case 1...21:
            text += digits[..<point]
            text.append(UInt8(ascii: "."))
            text += digits[point...]
        case -5...0:
            text += "0.".utf8
            text += zeros(-point)
            text += digits
        default:
            text.append(digits[0])
            if digits.count > 1 {
                text.append(UInt8(ascii: "."))
                text += digits[1...]
            }
            text += (point > 0 ? "e+" : "e-").utf8
            text += String((point - 1).magnitude).utf8
        }
        return text
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "0"), count: count) }

    /// The shortest digits that round-trip, without zeros at either end, and where the point stands: 0.DIGITS × 10^point.
    private static func decimal(_ number: Double) -> (digits: [UInt8], point: Int) {
        let text = Array(number.description.utf8)
        let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
        var digits = mantissa.filter { $0 != UInt8(ascii: ".") }
        var point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.count
        if mantissa.count < text.count {
            point += Int(String(decoding: text[(mantissa.count + 1)...], as: UTF8.self)) ?? 0
        }
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point - zeros)
    }
}
