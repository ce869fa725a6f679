import CSimdJSON

/// Words for a refused text. simdjson says neither where it stopped nor whether a bad number was malformed or too
/// large, so the text is looked at once more; only refused texts pay for it, and large ones get a general answer, lest
/// refusing cost more than parsing.
enum JSONDiagnosis {
    private static let largestExplained = 256 << 10

    static func error(
        for status: csimdjson_status, in bytes: UnsafeRawBufferPointer, maximumDepth: Int
    ) -> JSONError {
        switch status {
        case CSIMDJSON_EMPTY: JSONError(code: .empty, message: "no JSON value in the input")
        case CSIMDJSON_TOO_DEEP: JSONError(code: .tooDeep, message: "nested deeper than \(maximumDepth) levels")
        case CSIMDJSON_TOO_LARGE: JSONError(code: .tooLarge, message: "larger than 4 GiB")
        case CSIMDJSON_OUT_OF_MEMORY: JSONError(code: .tooLarge, message: "too large for the memory available")
        case CSIMDJSON_INVALID_UTF8: JSONError(code: .invalidUTF8, message: "not valid UTF-8")
        case CSIMDJSON_BAD_NUMBER: unsafe badNumber(in: bytes)
        case CSIMDJSON_BAD_STRING: unsafe badString(in: bytes)
        case CSIMDJSON_BAD_LITERAL: JSONError(code: .invalid, message: "expected true, false or null")
        default: unsafe badStructure(in: bytes)
        }
    }

    private static func badNumber(in bytes: UnsafeRawBufferPointer) -> JSONError {
        guard bytes.count <= largestExplained else {
            return JSONError(code: .invalid, message: "a number is malformed or does not fit in 64 bits")
        }
        var scanner = unsafe JSONTokenScanner(bytes)
        while let token = scanner.next() {
            if case .number(let isWellFormed) = token, !isWellFormed {
                return JSONError(code: .invalid, message: "malformed number")
            }
        }
        return JSONError(code: .numberOutOfRange, message: "a number does not fit in 64 bits")
    }

    private static func badString(in bytes: UnsafeRawBufferPointer) -> JSONError {
        guard bytes.count <= largestExplained else {
            return JSONError(
                code: .invalid, message: "a string has no end, a bad escape or an unescaped control character")
        }
        var scanner = unsafe JSONTokenScanner(bytes)
        while let token = scanner.next() {
            if case .string(let isTerminated) = token, !isTerminated {
                return JSONError(code: .invalid, message: "unexpected end of input in a string")
            }
        }
        return JSONError(code: .invalid, message: "a string has a bad escape or an unescaped control character")
    }

    private static func badStructure(in bytes: UnsafeRawBufferPointer) -> JSONError {
        if unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return JSONError(code: .invalid, message: "starts with a byte order mark")
        }
        guard bytes.count <= largestExplained else {
            return JSONError(code: .invalid, message: "something is missing or misplaced, or the input ends early")
        }
        var scanner = unsafe JSONTokenScanner(bytes)
        var open = 0
        while let token = scanner.next() {
            switch token {
            case .open: open += 1
            case .close: open -= 1
            default: break
            }
            if open < 0 { break }
        }
        let message = open > 0 ? "unexpected end of input" : "a comma, colon, bracket or value is missing or misplaced"
        return JSONError(code: .invalid, message: message)
    }
}
