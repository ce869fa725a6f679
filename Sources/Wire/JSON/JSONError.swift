/// Why a text was refused as JSON. `message` is fit to be shown to the caller who sent it and quotes none of it.
public struct JSONError: Error, Sendable, Equatable {
    public enum Code: Sendable, Equatable {
        case invalid, tooDeep, tooLarge, invalidUTF8, numberOutOfRange, empty
    }

    public var code: Code
    public var message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}
