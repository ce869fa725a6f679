/// Takes the elements of arrays under one name out of a JSON text that comes in pieces, and keeps the rest, with the arrays
/// empty. What it holds is one element and the rest, however long the text is. Pure.
///
/// It looks at no more than it needs to tell strings, and where an array ends: whoever parses an element, or the rest, finds
/// what else is wrong.
public struct JSONElementSplitter: Sendable {
    public enum Problem: Error, Equatable {
        case elementTooLong, restTooLong
    }

    private enum Place: Equatable {
        /// Outside the arrays.
        case rest
        /// In an array, so many containers deep in an element; 0: between elements.
        case array(depth: Int)
    }

    private let name: [UInt8]
    private let maximumElementBytes: Int
    private let maximumRestBytes: Int
    private var place = Place.rest
    private var strings = JSONStringTracker()
    /// Outside the arrays: the last string, and whether it was the name, a colon came after it, or neither.
    private var string: [UInt8] = []
    private var nameState = NameState.none
    private var element: [UInt8] = []
    /// The text without the elements, as far as it has come.
    public private(set) var rest: [UInt8] = []

    private enum NameState {
        case none, name, colon
    }

    public init(_ name: String, maximumElementBytes: Int, maximumRestBytes: Int) {
        self.name = Array(name.utf8)
        self.maximumElementBytes = maximumElementBytes
        self.maximumRestBytes = maximumRestBytes
    }

    /// The elements that end in this piece.
    public mutating func feed(_ piece: [UInt8]) throws(Problem) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        for byte in piece {
            switch place {
            case .rest: try takeRest(byte)
            case .array(let depth): try take(byte, depth, &elements)
            }
        }
        return elements
    }

    // MARK: Outside

    private mutating func takeRest(_ byte: UInt8) throws(Problem) {
        guard rest.count < maximumRestBytes else { throw .restTooLong }
        rest.append(byte)
        let wasInString = strings.isInString
        if strings.takes(byte) {
            if !wasInString {
                string = []
            } else if !strings.isInString {
                nameState = string == name ? .name : .none
            } else if string.count <= name.count {
                string.append(byte)
            }
            return
        }
        switch byte {
        case UInt8(ascii: ":"): nameState = nameState == .name ? .colon : .none
        case UInt8(ascii: "[") where nameState == .colon:
            place = .array(depth: 0)
            nameState = .none
        case 0x20, 0x09, 0x0A, 0x0D: break
        default: nameState = .none
        }
    }

    // MARK: Inside

    private mutating func take(_ byte: UInt8, _ depth: Int, _ elements: inout [[UInt8]]) throws(Problem) {
        if !strings.isInString, depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
            if !element.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
                elements.append(element)
            }
            element = []
            guard byte == UInt8(ascii: "]") else { return }
            place = .rest
            return rest.append(byte)
        }
        guard element.count < maximumElementBytes else { throw .elementTooLong }
        element.append(byte)
        if strings.takes(byte) { return }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): place = .array(depth: depth + 1)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): place = .array(depth: max(0, depth - 1))
        default: break
        }
    }
}
