/// Why a body could not be decompressed.
public enum GzipError: Error, Sendable, Equatable {
    /// Not gzip, damaged, or followed by other bytes.
    case corrupt
    /// Ends within a member.
    case truncated
    /// More bytes come out than are allowed.
    case tooLarge
    case outOfMemory
}
