internal import Glibc

/// A body of `multipart/form-data` (RFC 7578): where its parts are. Pure; copies none of them.
///
/// Nothing may stand before the first boundary or, but for one line's end, after the last: what two readers could take for
/// different forms is none.
public struct MultipartForm: Sendable {
    public struct Part: Sendable, Equatable {
        public let name: String
        /// As the client calls it; nil for a plain field.
        public let filename: String?
        /// In the bytes that were read.
        public let content: Range<Int>
    }

    /// A form has a handful of fields.
    public static let maximumParts = 32
    /// Of the header of one part.
    public static let maximumHeaderBytes = 8 << 10

    /// At least one, in the order of the body.
    public let parts: [Part]

    public init(_ bytes: [UInt8], boundary: MultipartBoundary) throws(MultipartError) {
        var reader = MultipartScanner(bytes: bytes, delimiter: boundary.delimiter)
        var parts: [Part] = []
        try reader.begin()
        while try reader.hasPart() {
            guard parts.count < Self.maximumParts else {
                throw MultipartError("the form has more than \(Self.maximumParts) parts")
            }
            parts.append(try reader.part())
        }
        guard !parts.isEmpty else { throw MultipartError("the form has no parts") }
        self.parts = parts
    }

    /// The one part of that name. Throws if there are several.
    public func part(_ name: String) throws(MultipartError) -> Part? {
        let found = parts.filter { $0.name == name }
        guard found.count < 2 else { throw MultipartError("the form has \(found.count) parts named \(name)") }
        return found.first
    }
}

/// Walks over the bytes of a form.
private struct MultipartScanner {
    let bytes: [UInt8]
    let delimiter: [UInt8]
    private var offset = 0

    init(bytes: [UInt8], delimiter: [UInt8]) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    mutating func begin() throws(MultipartError) {
        guard bytes.starts(with: delimiter) else {
            throw MultipartError("the form does not begin with the boundary that content-type names")
        }
        offset = delimiter.count
    }

    /// Called behind a boundary. False behind the last one, where nothing follows.
    mutating func hasPart() throws(MultipartError) -> Bool {
        if bytes[offset...].starts(with: "--".utf8) {
            let rest = bytes[(offset + 2)...]
            guard rest.isEmpty || rest.elementsEqual("\r\n".utf8) else {
                throw MultipartError("something follows the form's last boundary")
            }
            return false
        }
        while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
        guard bytes[offset...].starts(with: "\r\n".utf8) else {
            throw MultipartError("a boundary of the form is not followed by a line's end")
        }
        offset += 2
        return true
    }

    mutating func part() throws(MultipartError) -> MultipartForm.Part {
        let header = try header()
        guard let end = find([0x0D, 0x0A] + delimiter, from: offset, to: bytes.count) else {
            throw MultipartError("the form ends inside the part \(header.name)")
        }
        defer { offset = end + 2 + delimiter.count }
        return MultipartForm.Part(name: header.name, filename: header.filename, content: offset..<end)
    }

    private mutating func header() throws(MultipartError) -> (name: String, filename: String?) {
        let limit = min(bytes.count, offset + MultipartForm.maximumHeaderBytes)
        var disposition: HeaderParameters?
        while true {
            guard let end = find([0x0D, 0x0A], from: offset, to: limit) else {
                throw MultipartError("the header of a part does not end, or is too long")
            }
            defer { offset = end + 2 }
            if end == offset { break }
            guard let line = String(validating: bytes[offset..<end], as: UTF8.self),
                let colon = line.firstIndex(of: ":")
            else { throw MultipartError("the header of a part is malformed") }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard disposition == nil, let field = HeaderParameters(value) else {
                    throw MultipartError("the content-disposition of a part is malformed")
                }
                disposition = field
            // RFC 7578 section 4.7: not used any more, and never decoded here.
            case "content-transfer-encoding":
                guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else {
                    throw MultipartError("a part is encoded as \(value.prefix(32)): send it as it is")
                }
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
            throw MultipartError("a part has no content-disposition: form-data with a name")
        }
        return (name, disposition["filename"])
    }

    /// Where the first such bytes begin; they begin with CR.
    private func find(_ wanted: [UInt8], from start: Int, to end: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe wanted.withUnsafeBytes { wanted in
                guard let base = bytes.baseAddress, let needle = wanted.baseAddress else { return nil }
                var start = start
                while end - start >= wanted.count {
                    guard let found = unsafe memchr(base + start, 0x0D, end - start) else { return nil }
                    let place = unsafe UnsafeRawPointer(found) - base
                    guard end - place >= wanted.count else { return nil }
                    if unsafe memcmp(found, needle, wanted.count) == 0 { return place }
                    start = place + 1
                }
                return nil
            }
        }
    }
}
