internal import CZlib

/// Makes gzip bodies for tests.
public enum Gzip {
    /// One member.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        precondition(czlib_begin_gzip(&stream) == Z_OK, "zlib cannot begin")
        defer { deflateEnd(&stream) }
        var bytes = bytes
        return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { room, count in
            bytes.withUnsafeMutableBufferPointer { bytes in
                stream.next_in = bytes.baseAddress
                stream.avail_in = UInt32(bytes.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib did not finish")
                count = room.count - Int(stream.avail_out)
            }
        }
    }
}
