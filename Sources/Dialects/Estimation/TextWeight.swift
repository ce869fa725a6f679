/// Weighs a text by what its tokens would be: thousandths of a token, before the tokenizer's own scale.
///
/// One pass over the bytes, without a vocabulary. It goes by what the common tokenizers share: a usual word is one token
/// with the space before it, long and mixed-case ones are more, digits go in threes, a run of punctuation is one token
/// and a little, and scripts other than Latin cost by the character. The weights are fitted to providers' own counts,
/// see docs/decisions/0015.
enum TextWeight {
    static func milliTokens(_ text: Span<UInt8>) -> Int {
        var sum = 0
        var position = 0
        // A line that ends after punctuation is one token with it.
        var followsPunctuation = false
        while position < text.count {
            let byte = text[position]
            let start = position
            switch kinds[Int(byte)] {
            case .letter:
                sum += word(text, &position)
                followsPunctuation = false
            case .digit:
                skip(.digit, text, &position)
                sum += 1278 * ((position - start + 2) / 3)
                followsPunctuation = false
            case .lineEnd:
                skip(.lineEnd, text, &position)
                sum += followsPunctuation ? 312 : 781
                followsPunctuation = false
            case .space:
                skip(.space, text, &position)
                if position - start > 1 { sum += 823 }
                followsPunctuation = false
            case .punctuation:
                skip(.punctuation, text, &position)
                sum += 888 + 255 * (position - start - 1)
                followsPunctuation = true
            case .other:
                sum += character(lead: byte)
                position += 1
                followsPunctuation = false
            }
        }
        return sum
    }

    /// A run of ASCII letters.
    private static func word(_ text: Span<UInt8>, _ position: inout Int) -> Int {
        let start = position
        var isUpper = isUpperCase(text[position])
        position += 1
        // Capitals after a small letter begin a part; capitals after capitals are an abbreviation.
        var parts = 0
        var capitals = 0
        while position < text.count, kinds[Int(text[position])] == .letter {
            let wasUpper = isUpper
            isUpper = isUpperCase(text[position])
            if isUpper { if wasUpper { capitals += 1 } else { parts += 1 } }
            position += 1
        }
        let length = position - start
        return 931 + 903 * parts + 354 * capitals + 24 * max(0, length - 5 - 5 * parts) + 101 * max(0, length - 12)
    }

    /// Of a character beyond ASCII, by the first of its bytes; the others weigh nothing.
    private static func character(lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xC9: 637  // Latin with accents
        case 0xCA...0xD7: 400  // Greek, Cyrillic, Hebrew
        case 0xD8...0xE0: 700  // Arabic, the scripts of India, Thai
        case 0xE2: 1295  // punctuation, arrows, symbols
        case 0xE3...0xED: 800  // Chinese, Japanese, Korean
        case 0xE1, 0xEE, 0xEF: 1052
        case 0xF0...0xFF: 2020  // emoji
        default: 0
        }
    }

    private static func skip(_ kind: Kind, _ text: Span<UInt8>, _ position: inout Int) {
        repeat { position += 1 } while position < text.count && kinds[Int(text[position])] == kind
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool { byte & 0x20 == 0 }

    private enum Kind: UInt8 {
        case letter, digit, lineEnd, space, punctuation, other
    }

    private static let kinds: [Kind] = (0...255).map { value in
        switch UInt8(value) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): .lineEnd
        case UInt8(ascii: " "), UInt8(ascii: "\t"): .space
        case 0..<0x80: .punctuation
        default: .other
        }
    }
}
