import Glibc

/// The key of a member, still inside its document. Two keys are equal when their bytes are.
@frozen
public struct JSONKey: Sendable, Hashable {
    @usableFromInline let document: JSONDocument
    @usableFromInline let index: Int

    @inlinable
    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    public var string: String {
        unsafe String(decoding: document.utf8(at: index), as: UTF8.self)
    }

    /// Inlined into loops over members, where most keys differ in length and no reference need be counted.
    @inlinable
    public func equals(_ text: StaticString) -> Bool {
        let utf8 = unsafe document.utf8(at: index)
        return text.withUTF8Buffer { text in
            unsafe utf8.count == text.count && utf8.equals(UnsafeRawBufferPointer(text))
        }
    }

    @inlinable
    public func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(document.utf8(at: index))
    }

    public static func == (left: JSONKey, right: JSONKey) -> Bool {
        unsafe left.document.utf8(at: left.index).equals(right.document.utf8(at: right.index))
    }

    public func hash(into hasher: inout Hasher) {
        unsafe hasher.combine(bytes: document.utf8(at: index))
    }
}

extension UnsafeRawBufferPointer {
    /// The length is compared first: most keys differ in it.
    @usableFromInline
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        return unsafe memcmp(left, right, count) == 0
    }
}
