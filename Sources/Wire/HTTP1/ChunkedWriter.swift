/// Writes a chunked body (RFC 9112 §7.1).
public enum ChunkedWriter {
    /// Appends one chunk; nothing for no bytes, since an empty chunk would end the body.
    public static func append(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        guard bytes.count > 0 else { return }
        out.appendHex(UInt64(bytes.count))
        out.append("\r\n")
        unsafe out.append(contentsOf: bytes)
        out.append("\r\n")
    }

    /// Appends the chunk that ends the body, without trailers.
    public static func appendEnd(to out: inout [UInt8]) {
        out.append("0\r\n\r\n")
    }
}
