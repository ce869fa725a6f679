internal import Glibc

/// The variables that the process was started with.
public enum ProcessEnvironment {
    public static var current: [String: String] {
        var variables: [String: String] = [:]
        var position = environ
        // `environ` is an array that ends with a null pointer.
        while let entry = position.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            position += 1
        }
        return variables
    }
}
