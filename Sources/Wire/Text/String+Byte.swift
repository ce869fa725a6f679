extension String {
    /// Whether one of its UTF-8 bytes is `byte`. Many times faster than a search through `utf8`.
    public func contains(byte: UInt8) -> Bool {
        let bytes = utf8Span.span
        for index in bytes.indices where bytes[index] == byte { return true }
        return false
    }
}
